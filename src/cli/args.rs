//! What can be typed on the command line. The words of the help are here and nowhere else.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Examples, for the help and the manual page.
pub(crate) const EXAMPLES: &str = "  dechrome < page.txt > article.txt             clean one text
  dechrome scraped/ -o clean/                   clean a tree of files into another
  dechrome -i notes/ --removed away.jsonl       rewrite files; keep what left in away.jsonl
  dechrome restore notes/ --removed away.jsonl -o before/    put it back
  dechrome --check scraped/                     exit 1 if anything would be removed
  dechrome --diff page.txt                      show what would be removed
  dechrome explain page.txt                     see why each line leaves
  dechrome crawl.jsonl -o clean.jsonl           clean the \"text\" of every record
  dechrome --only comments,share < in > out     remove these two kinds of chrome alone";

/// Notes at the end of the help, and of the manual page.
pub(crate) const NOTES: &str = "\
A file that is named like a command is given as ./explain.

Exit status: 0 done; 1 --check found something; 2 usage error, or an input failed; 130 interrupted.
One failing input never stops the others; each is told in one line on standard error.";

const LABELS_HELP: &str = "Labels: navigation, related, comments, author, share, subscribe, account, notice, \
advertising, meta, media, headline, site, other.";

/// Strips site chrome from scraped text and keeps the article
///
/// dechrome removes from a text what the site printed around and inside the article: "Previous post", "Leave a
/// Reply", author boxes, lists of related posts, share bars, newsletter forms, cookie notices, breadcrumbs. Only
/// whole parts leave; what stays is the original, byte for byte. A text without chrome comes back as it is.
///
/// Without PATH it is a filter: standard input to standard output. Files and folders are written below -o, or over
/// themselves with --in-place; a single file without either goes to standard output.
#[derive(Debug, Parser)]
#[command(name = "dechrome", version, after_help = format!("Examples:\n{EXAMPLES}\n\n{NOTES}"), max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) clean: CleanArgs,
}

/// The commands beside cleaning.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a document with each removed line marked by label, rule and reason
    ///
    /// The margin is blank beside what stays. Each removal opens with a line marked "#" that names the rule and the
    /// reason; the lines that leave are marked with the label and "-".
    Explain(ExplainArgs),
    /// Rebuild the originals from cleaned files and their audit
    ///
    /// Reads what --removed has written, puts every removal back in its place, and verifies that the result is the
    /// very original, by its digest. A document that does not come out right is not written, and told.
    Restore(RestoreArgs),
    /// Look at the patterns, or check pattern files
    Patterns {
        #[command(subcommand)]
        command: PatternsCommand,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// What to do with patterns.
#[derive(Debug, Subcommand)]
pub(crate) enum PatternsCommand {
    /// List label, rule and the number of phrases by language
    List {
        #[command(flatten)]
        patterns: PatternArgs,
    },
    /// Check pattern files: that they can be read, and that all examples hold
    Check {
        /// Pattern files; they are added to the built-in patterns, one after the other
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Check the files on their own, without the built-in patterns
        #[arg(long)]
        no_default_patterns: bool,
    },
}

/// Arguments of cleaning.
#[derive(Debug, clap::Args)]
pub(crate) struct CleanArgs {
    /// Files and folders to clean; none, or "-", is standard input
    ///
    /// Of a folder every file is cleaned, hidden ones too; symlinks in it are passed over. Files that are not text
    /// are copied as they are: those with the signature of a known binary format, and those with a NUL byte among
    /// the first 8 KB.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Where to write: a file, or a folder that mirrors the input
    ///
    /// The files of one folder come right under it; several inputs come each under its own name. It must not lie
    /// inside an input. "-" is standard output.
    #[arg(short, long, value_name = "PATH", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,

    /// Rewrite the files, each atomically
    ///
    /// Files in which nothing is removed are not touched. With --removed there is a way back.
    #[arg(short, long)]
    pub(crate) in_place: bool,

    /// Write nothing; exit 1 if something would be removed
    ///
    /// The files that would change are listed on standard error.
    #[arg(long)]
    pub(crate) check: bool,

    /// Write nothing; show each removal as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,

    /// What the inputs hold
    #[arg(short, long, value_name = "FMT", value_enum, default_value_t = FormatArg::Auto)]
    pub(crate) format: FormatArg,

    /// Field or column that holds the text of a record
    ///
    /// A name, or a JSON pointer such as /content/body for a field within others.
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(crate) text_field: String,

    /// Write WET records as JSON Lines with "id", "url", "date" and "text" [default: as the output is called]
    ///
    /// A WET file that is written to a .jsonl file becomes JSON Lines anyway. In a folder, a.warc.wet.gz becomes
    /// a.warc.wet.jsonl.gz. Records that are no text are left out.
    #[arg(long, value_name = "FMT", value_enum, conflicts_with = "in_place")]
    pub(crate) to: Option<ToArg>,

    /// Remove nothing; add a field with the removals to each record
    ///
    /// For JSON Lines. The field is an array with an object per removal: "span" in bytes of the text in UTF-8, "chars"
    /// in characters, "label", "rule" and "reason". It must not be there yet.
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["removed", "check", "diff"])]
    pub(crate) annotate: Option<String>,

    /// What to do with a document that cannot be cleaned, such as broken JSON [default: pass]
    ///
    /// Each one is told, and the exit status is 2.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) on_error: Option<OnErrorArg>,

    /// Write the records that are left out to this file, byte for byte; means --on-error skip
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// Encoding of texts that are not UTF-8, such as windows-1252 or shift_jis
    ///
    /// Any label of the WHATWG encoding standard. A byte order mark wins over it. Without it, texts are UTF-8 (bytes
    /// that are not stay as they are), or UTF-16 where a byte order mark says so.
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,

    /// Write every removal to this file as JSON Lines: the audit, and the way back
    ///
    /// One object per removal: document, record, bytes, lines, label, rule, reason and the text that left.
    /// "dechrome restore" rebuilds the originals from it.
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<PathBuf>,

    /// Write totals by label, rule and document to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// Continue a batch that was interrupted: files whose output is there, and newer, are done
    ///
    /// Give the same arguments as before. The audit, the rejects and the report of the earlier run are continued, and
    /// tell in the end what they would have told without the interruption.
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,

    /// Number of threads [default: one per core]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// When to show a progress bar on standard error
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) progress: When,

    /// When to colour the diff
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say a line for each document that changes or is left alone for a reason
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The text to explain; none, or "-", is standard input
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// Encoding of texts that are not UTF-8, such as windows-1252 or shift_jis
    ///
    /// Any label of the WHATWG encoding standard. A byte order mark wins over it. Without it, texts are UTF-8 (bytes
    /// that are not stay as they are), or UTF-16 where a byte order mark says so.
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,

    /// When to colour the output
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// The cleaned file or folder
    #[arg(value_name = "CLEAN")]
    pub(crate) clean: PathBuf,

    /// The audit that --removed has written
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: PathBuf,

    /// Where to write the originals: a file, or a folder
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What may be removed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to remove")]
pub(crate) struct RuleArgs {
    /// Labels to leave in
    #[arg(long, value_name = "LABELS", value_delimiter = ',', long_help = format!("Labels to leave in, separated by commas. {LABELS_HELP}"))]
    pub(crate) keep: Vec<String>,

    /// The only labels to remove
    #[arg(long, value_name = "LABELS", value_delimiter = ',', conflicts_with = "keep", long_help = format!("The only labels to remove, separated by commas. {LABELS_HELP}"))]
    pub(crate) only: Vec<String>,

    /// What kind of text the documents are
    #[arg(long, value_name = "MODE", value_enum, default_value_t = ModeArg::Auto)]
    pub(crate) mode: ModeArg,

    /// Rather leave chrome than lose content: take only what is surely chrome
    #[arg(long)]
    pub(crate) careful: bool,

    #[command(flatten)]
    pub(crate) patterns: PatternArgs,

    /// The removal budget of one document [default: 80, of a whole page 99]
    ///
    /// A document that would lose more than this many percent of its words is left as it is, and counted.
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true)]
    pub(crate) max_removed: Option<f64>,
}

/// Which patterns are used.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct PatternArgs {
    /// Languages whose phrases are used, such as en,de [default: all]
    #[arg(long, value_name = "LANGS", value_delimiter = ',')]
    pub(crate) lang: Vec<String>,

    /// Add a pattern file; may be given more than once
    ///
    /// It can add rules and phrases, and override or disable a rule by its id.
    #[arg(short, long, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) patterns: Vec<PathBuf>,

    /// Start without the built-in patterns
    #[arg(long)]
    pub(crate) no_default_patterns: bool,
}

/// What the inputs hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// What the name says (.jsonl, .ndjson, .wet, with .gz or .zst behind it or not; .parquet), else text; standard input is text
    Auto,
    /// One text
    Text,
    /// JSON Lines: one record a line, with the text in one field
    Jsonl,
    /// Parquet: a text in every row, in one column
    Parquet,
    /// WARC with conversion records, as Common Crawl's WET files
    Wet,
}

/// What kind of text the documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    /// Told by the shape of each document
    Auto,
    /// Text from an article extractor, most of which is content
    Article,
    /// Whole pages: menus, teasers and comments around and inside the content
    Page,
}

/// What WET records become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToArg {
    /// JSON Lines
    Jsonl,
}

/// What becomes of a document that cannot be cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnErrorArg {
    /// End the run; an output file that is not whole yet is not written
    Fail,
    /// Let it pass through as it is
    Pass,
    /// Leave it out of the output
    Skip,
}

/// When something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal only
    Auto,
    Always,
    Never,
}

fn threads(number: &str) -> Result<NonZeroUsize, String> {
    number.parse().map_err(|_| "give a whole number above 0".to_owned())
}

fn percent(number: &str) -> Result<f64, String> {
    number.parse().map_err(|_| "give a number from 0 to 100".to_owned())
}
