//! From what was typed to what is used: cleaner, formats, destination, all checked.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal};
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use encoding_rs::Encoding;

use super::args::{Args, CleanArgs, FormatArg, ModeArg, OnErrorArg, PatternArgs, RuleArgs, When};
use crate::io::atomic::{self, Draft};
use crate::io::format::Format;
use crate::io::ledger::Books;
use crate::io::plan::{Destination, Root, SideFile};
use crate::io::records::OnError;
use crate::io::resume::Resume;
use crate::io::{at, io_error, names};
use crate::report::Paint;
use crate::report::summary::Report;
use crate::{Cleaner, Error, ErrorKind, Label, LabelSet, Mode, PatternSet};

/// What is cleaned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inputs {
    Stdin,
    Paths(Vec<PathBuf>),
}

/// Everything that a cleaning run needs to know beside its [`Worker`](crate::io::Worker).
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) inputs: Inputs,
    pub(crate) destination: Destination,
    pub(crate) format: Option<Format>,
    /// 0: one per core.
    pub(crate) threads: usize,
    pub(crate) show_progress: bool,
    pub(crate) paint: Paint,
    pub(crate) on_error: OnError,
}

impl Settings {
    /// Checks what can be checked without reading an input.
    pub(crate) fn new(args: &CleanArgs) -> Result<Self, Error> {
        let is_dash = |path: &PathBuf| path.as_os_str() == "-";
        let is_command = |path: &&PathBuf| {
            path.to_str().is_some_and(|name| !path.exists() && Args::command().find_subcommand(name).is_some())
        };
        if let Some(name) = args.paths.first().filter(is_command) {
            return Err(usage(name.display(), "is a command: put it before all options (a file of that name: ./NAME)"));
        }
        let inputs = match args.paths.as_slice() {
            [] => Inputs::Stdin,
            [path] if is_dash(path) => Inputs::Stdin,
            paths if paths.iter().any(is_dash) => {
                return Err(usage("-", "standard input cannot be mixed with other paths; run dechrome twice"));
            }
            paths => Inputs::Paths(paths.to_vec()),
        };
        if inputs == Inputs::Stdin && args.in_place {
            return Err(usage("--in-place", "standard input cannot be rewritten; name files or folders"));
        }
        let destination = match &args.output {
            _ if args.check || args.diff => Destination::Nowhere,
            _ if args.in_place => Destination::InPlace,
            // As standard output, since it may go behind what a file holds already.
            Some(path) if !is_dash(path) && path.as_os_str() != "/dev/stdout" => Destination::To(path.clone()),
            _ => Destination::Stdout,
        };
        let format = match args.format {
            FormatArg::Auto => None,
            FormatArg::Text => Some(Format::Text),
            FormatArg::Jsonl => Some(Format::Jsonl),
            FormatArg::Parquet => Some(Format::Parquet),
            FormatArg::Wet => Some(Format::Wet),
        };
        if format.is_some_and(Format::has_records) && args.encoding.is_some() {
            return Err(usage("--encoding", "records are always UTF-8; leave it out, or use --format text"));
        }
        let on_error = on_error(args)?;
        if args.resume && (inputs == Inputs::Stdin || !matches!(destination, Destination::To(_))) {
            return Err(usage("--resume", "continues a run that writes files below -o; name inputs and -o"));
        }
        if args.resume && args.rejects.is_some() && args.removed.is_none() {
            return Err(usage("--resume", "with --rejects needs --removed, which tells whose the rejects are"));
        }
        let has_fields = match format {
            Some(format) => matches!(format, Format::Jsonl | Format::Wet),
            None => inputs != Inputs::Stdin,
        };
        if args.annotate.is_some() && !has_fields {
            return Err(usage("--annotate", "only JSON Lines have fields to add to; use --format jsonl"));
        }
        let show_progress = match args.progress {
            _ if args.quiet => false,
            When::Auto => io::stderr().is_terminal(),
            When::Always => true,
            When::Never => false,
        };
        let threads = args.threads.map_or(0, usize::from);
        Ok(Settings { inputs, destination, format, threads, show_progress, paint: paint(args.color), on_error })
    }
}

fn on_error(args: &CleanArgs) -> Result<OnError, Error> {
    let on_error = match args.on_error {
        Some(OnErrorArg::Fail) => OnError::Fail,
        Some(OnErrorArg::Pass) => OnError::Pass,
        Some(OnErrorArg::Skip) => OnError::Skip,
        None if args.rejects.is_some() => OnError::Skip,
        None => OnError::Pass,
    };
    match (on_error, &args.rejects) {
        (OnError::Skip, None) if args.in_place => Err(usage(
            "--on-error skip",
            "with --in-place would lose records for good; say with --rejects FILE where to put them",
        )),
        (OnError::Fail | OnError::Pass, Some(_)) => {
            Err(usage("--rejects", "nothing is left out unless --on-error is skip"))
        }
        _ => Ok(on_error),
    }
}

/// The files that are written beside the documents.
pub(crate) fn side_files(args: &CleanArgs) -> Vec<SideFile> {
    let files = [("--removed", &args.removed), ("--report", &args.report), ("--rejects", &args.rejects)];
    let mut files: Vec<SideFile> =
        files.into_iter().filter_map(|(option, path)| Some((option, path.clone()?))).collect();
    if let Some(path) = args.report.as_deref().or(args.removed.as_deref()) {
        files.push(("the progress in", atomic::partial(path)));
    }
    files
}

/// Opens the files that are written beside the documents.
pub(crate) fn books(args: &CleanArgs, settings: &Settings, roots: &[Root]) -> Result<(Books, Option<Resume>), Error> {
    let annotates = args.annotate.is_some();
    let dry_run = args.check || args.diff || annotates;
    let mut books = Books { dry_run, annotates, list: args.check, ..Books::default() };
    let [audit, report, rejects] = [&args.removed, &args.report, &args.rejects].map(Option::as_deref);
    let resume = args.resume.then(|| Resume::new(roots, audit, report, rejects, args.to.is_some())).transpose()?;
    let resume = resume.map(|(resume, totals)| {
        books.done_before = totals;
        resume
    });
    // Over paths without -o, what is there already may be the only way back to the originals.
    let precious = settings.inputs != Inputs::Stdin && args.output.is_none();
    let open = |option, path| Ok((names::shown(path), BufWriter::new(open_book(option, path, precious, args.resume)?)));
    // Only a run over files into others can be continued; its progress is kept until it ends.
    let continues = settings.inputs != Inputs::Stdin && matches!(settings.destination, Destination::To(_));
    let progress = audit.filter(|path| continues && !path.metadata().is_ok_and(|found| !found.is_file()));
    if let Some(path) = report.or(progress) {
        let draft = if continues { Draft::kept(path, args.resume) } else { Draft::new(path, None) };
        let out = BufWriter::new(draft.map_err(|e| io_error(names::shown(path), &e))?);
        let entered = resume.as_ref().map_or(0, Resume::entered);
        books.report = Some((names::shown(path), Report::continued(out, entered)));
        books.drops_report = report.is_none();
    }
    if let (Some(audit), Some(_)) = (audit, report) {
        // The progress of a run without a report is not that of this one.
        let other = atomic::partial(audit);
        if continues && other.exists() && atomic::is_begun(&other).unwrap_or(false) {
            std::fs::remove_file(&other).map_err(|e| io_error(names::shown(&other), &e))?;
        }
    }
    // The progress first: an audit without one is that of a run that has ended.
    books.audit = audit.map(|path| open("--removed", path)).transpose()?;
    books.rejects = rejects.map(|path| open("--rejects", path)).transpose()?;
    if args.diff {
        books.diff = Some(Box::new(BufWriter::new(io::stdout())));
    }
    Ok((books, resume))
}

fn open_book(option: &str, path: &Path, precious: bool, continues: bool) -> Result<File, Error> {
    let has_content = path.metadata().is_ok_and(|found| found.is_file() && found.len() > 0);
    if precious && has_content {
        let message = "exists, and may be the only way back to the originals; name another file, or delete it";
        return Err(usage(format_args!("{option} {}", names::shown(path)), message));
    }
    let mut how = OpenOptions::new();
    let how = if continues { how.append(true) } else { how.write(true).truncate(true) };
    how.create(true).open(path).map_err(|e| io_error(names::shown(path), &e))
}

/// The cleaner that was asked for; `explains` says whether anybody will read its reasons.
pub(crate) fn cleaner(args: &RuleArgs, explains: bool) -> Result<Cleaner, Error> {
    let labels = match (args.keep.as_slice(), args.only.as_slice()) {
        ([], []) => LabelSet::ALL,
        (keep, []) => labels("--keep", keep)?.complement(),
        (_, only) => labels("--only", only)?,
    };
    let mode = match args.mode {
        ModeArg::Auto => Mode::Auto,
        ModeArg::Article => Mode::Article,
        ModeArg::Page => Mode::Page,
    };
    let patterns = patterns(&args.patterns)?;
    let builder = Cleaner::builder().patterns(patterns).labels(labels).mode(mode);
    let mut builder = builder.careful(args.careful).clues(explains);
    if let Some(percent) = args.max_removed {
        if !(0.0..=100.0).contains(&percent) {
            return Err(setting(
                "--max-removed",
                format_args!("{percent} is not a percentage; give a number from 0 to 100"),
            ));
        }
        builder = builder.max_removed(percent);
    }
    builder.build()
}

fn labels(option: &str, names: &[String]) -> Result<LabelSet, Error> {
    let label = |name: &String| name.trim().parse::<Label>().map_err(|e| at(option, &e));
    names.iter().map(label).collect()
}

/// The patterns that were asked for.
pub(crate) fn patterns(args: &PatternArgs) -> Result<PatternSet, Error> {
    let mut set = if args.no_default_patterns { PatternSet::empty() } else { PatternSet::builtin()? };
    for path in &args.patterns {
        set.add_file(path)?;
    }
    if !args.lang.is_empty() {
        let codes: Vec<String> = args.lang.iter().map(|code| code.trim().to_lowercase()).collect();
        set.retain_languages(&codes).map_err(|e| if e.place().is_empty() { at("--lang", &e) } else { e })?;
    }
    Ok(set)
}

/// The encoding that was asked for.
pub(crate) fn encoding(label: Option<&str>) -> Result<Option<&'static Encoding>, Error> {
    let find = |label: &str| {
        Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
            let message = format!(
                "no encoding \"{label}\"; labels are those of the web, such as windows-1252, iso-8859-2, shift_jis, gbk"
            );
            setting("--encoding", message)
        })
    };
    label.map(find).transpose()
}

/// Whether standard output is coloured.
pub(crate) fn paint(when: When) -> Paint {
    Paint(match when {
        // Knows NO_COLOR, CLICOLOR and TERM.
        When::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        When::Always => true,
        When::Never => false,
    })
}

fn usage(place: impl std::fmt::Display, message: &str) -> Error {
    Error::new(ErrorKind::Usage, place, message)
}

fn setting(place: &str, message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Setting, place, message)
}
