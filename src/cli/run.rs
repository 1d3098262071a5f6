//! Does what was asked for.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use clap::CommandFactory;

use super::args::{Args, CleanArgs, Command, ExplainArgs, PatternsCommand, RestoreArgs, ToArg};
use super::exit::Exit;
use super::settings::{self, Inputs, Settings};
use super::{manual, patterns};
use crate::io::batches::in_pool;
use crate::io::conflicts::is_device;
use crate::io::filter::Filter;
use crate::io::format::Format;
use crate::io::plan::{Destination, Root, plan};
use crate::io::records::json::Field;
use crate::io::resume::Resume;
use crate::io::tree::{self, Step, Tree};
use crate::io::{Ledger, Stop, Worker, explain, names, restore};
use crate::report::{Console, Outcome};
use crate::{Error, ErrorKind};

/// Runs the program.
pub(crate) fn run(args: Args) -> Exit {
    let console = Console::new(false, false);
    let result = match args.command {
        None => clean(&args.clean),
        Some(Command::Explain(args)) => explain(&args),
        Some(Command::Restore(args)) => restore(&args),
        Some(Command::Patterns { command: PatternsCommand::List { patterns } }) => patterns::list(&patterns),
        Some(Command::Patterns { command: PatternsCommand::Check { files, no_default_patterns } }) => {
            patterns::check(&files, no_default_patterns, &console)
        }
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "dechrome", &mut script);
            print(&script)
        }
        Some(Command::Man) => {
            manual::page(&Args::command()).map_err(|e| Stop::stdout(&e)).and_then(|page| print(&page))
        }
    };
    match result {
        Ok(exit) => exit,
        Err(Stop::ClosedPipe) => Exit::Done,
        Err(Stop::Told) => Exit::Failed,
        Err(Stop::Failed(error)) => {
            console.error(&error);
            Exit::Failed
        }
    }
}

fn clean(args: &CleanArgs) -> Result<Exit, Stop> {
    let settings = Settings::new(args)?;
    let worker = Worker {
        cleaner: settings::cleaner(&args.rules, args.removed.is_some() || args.annotate.is_some())?,
        encoding: settings::encoding(args.encoding.as_deref())?,
        field: Field::new(&args.text_field),
        annotate: args.annotate.clone(),
        to_jsonl: args.to == Some(ToArg::Jsonl),
        on_error: settings.on_error,
        audit: args.removed.is_some(),
        diff: args.diff.then_some(settings.paint),
    };
    let console = Console::new(args.quiet, args.verbose);
    let side_files = settings::side_files(args);
    let (roots, missing) = match &settings.inputs {
        Inputs::Stdin => plan(&[], &settings.destination, &side_files, false)?,
        Inputs::Paths(paths) => plan(paths, &settings.destination, &side_files, worker.to_jsonl)?,
    };
    if let Some((_, error)) = missing.iter().find(|_| args.resume) {
        // What was told of its files must not get lost.
        let message = format!("{error}; --resume needs all inputs of the run that it continues");
        return Err(Error::new(ErrorKind::Usage, "", message).into());
    }
    let (books, resume) = settings::books(args, &settings, &roots)?;
    let mut ledger = Ledger::new(console, books);
    for (path, error) in missing {
        ledger.enter(&Outcome::failed(error))?;
        ledger.end_without_output(&names::doc_name(&path), &names::shown(&path))?;
    }
    let ended = clean_inputs(&settings, &worker, &roots, resume, &mut ledger);
    // A filter has nothing to say; it may stand in an editor that shows standard error beside the text.
    let is_batch = settings.inputs != Inputs::Stdin && settings.destination != Destination::Stdout;
    let closed = ended.and_then(|()| ledger.close(is_batch || args.verbose));
    match closed {
        Ok(()) | Err(Stop::ClosedPipe | Stop::Told) => {}
        Err(Stop::Failed(error)) => ledger.mishap(&error),
    }
    Ok(match &ledger {
        ledger if ledger.has_failures() => Exit::Failed,
        ledger if args.check && ledger.has_removals() => Exit::Found,
        _ => Exit::Done,
    })
}

fn clean_inputs(
    settings: &Settings,
    worker: &Worker,
    roots: &[Root],
    resume: Option<Resume>,
    ledger: &mut Ledger,
) -> Result<(), Stop> {
    let discard = settings.destination == Destination::Nowhere;
    let filter = |input, output, format| Filter { input, output, discard, format, threads: settings.threads };
    match (&settings.inputs, &settings.destination) {
        (Inputs::Stdin, destination) => {
            let output = match destination {
                Destination::To(path) => Some(path.as_path()),
                _ => None,
            };
            filter(None, output, settings.format.unwrap_or(Format::Text)).run(worker, ledger)
        }
        (Inputs::Paths(_), Destination::Stdout) => roots.iter().try_for_each(|root| {
            let format = settings.format.unwrap_or_else(|| Format::of(&root.path));
            filter(Some(root.path.as_path()), None, format).run(worker, ledger)
        }),
        // A device or pipe as the output of one file is like standard output.
        (Inputs::Paths(_), Destination::To(path)) if is_device(path) && roots.iter().all(|root| !root.is_folder) => {
            roots.iter().try_for_each(|root| {
                let format = settings.format.unwrap_or_else(|| Format::of(&root.path));
                filter(Some(root.path.as_path()), Some(path.as_path()), format).run(worker, ledger)
            })
        }
        (Inputs::Paths(_), destination) => {
            let in_place = *destination == Destination::InPlace;
            let inputs = roots.iter().filter_map(|root| std::fs::canonicalize(&root.path).ok()).collect();
            let holds_back = ledger.comes_first();
            let tree = Tree {
                worker,
                format: settings.format,
                in_place,
                inputs,
                holds_back,
                resume,
                real_folder: Mutex::default(),
            };
            if settings.show_progress {
                show_progress(&tree, roots, ledger);
            }
            if tree.needs_threads(roots) {
                in_pool(settings.threads, || tree.run(roots, ledger))?
            } else {
                tree.run(roots, ledger)
            }
        }
    }
}

/// Shows the progress bar, and counts the files in the background so that it knows how far it is.
fn show_progress(tree: &Tree<'_>, roots: &[Root], ledger: &mut Ledger) {
    ledger.console_mut().show_progress();
    let set_length = ledger.console().progress_length();
    let format = tree.format;
    let roots = roots.to_vec();
    std::thread::spawn(move || {
        let mut files = 0;
        for step in tree::steps(&roots, false) {
            match step {
                // A file of records holds nobody knows how many documents.
                Step::File(item) if format.unwrap_or_else(|| Format::of(&item.input)).has_records() => {
                    return;
                }
                _ => files += 1,
            }
        }
        set_length(files);
    });
}

fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    let encoding = settings::encoding(args.encoding.as_deref())?;
    let worker = Worker { encoding, ..Worker::new(settings::cleaner(&args.rules, true)?) };
    let path = args.path.as_deref().filter(|path| *path != Path::new("-"));
    explain::run(&worker, path, &Console::new(false, false), settings::paint(args.color))?;
    Ok(Exit::Done)
}

fn restore(args: &RestoreArgs) -> Result<Exit, Stop> {
    let console = Console::new(args.quiet, false);
    let tally = restore::restore(&args.clean, &args.removed, &args.output, &console)?;
    console.say(format_args!("{tally}"));
    Ok(if tally.failed > 0 { Exit::Failed } else { Exit::Done })
}

/// Prints what is not a text or record, all at once.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Stop> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| Stop::stdout(&e))?;
    Ok(Exit::Done)
}
