//! Messages on standard error, one line each, and the progress bar they must not disturb.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::Error;

/// Whether output is coloured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    /// The style, or none without colour.
    pub(crate) fn style(self, style: Style) -> Style {
        if self.0 { style } else { Style::new() }
    }
}

/// Where messages go.
#[derive(Debug)]
pub(crate) struct Console {
    quiet: bool,
    verbose: bool,
    bar: ProgressBar,
}

impl Console {
    /// Errors always; the summary and the list of `--check` unless `quiet`; a line per changed document if `verbose`.
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        Console { quiet, verbose, bar: ProgressBar::hidden() }
    }

    /// Shows a progress bar from now on.
    pub(crate) fn show_progress(&mut self) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {human_pos} documents, {rate}"));
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = bar;
    }

    /// A handle that sets the number of documents once it is known.
    pub(crate) fn progress_length(&self) -> impl FnOnce(u64) + Send + 'static {
        let bar = self.bar.clone();
        move |length| {
            bar.set_style(style("{wide_bar} {human_pos} of {human_len} documents, {rate}, {eta} left"));
            bar.set_length(length);
        }
    }

    /// Counts documents as done.
    pub(crate) fn progress(&self) {
        self.bar.inc(1);
    }

    /// Takes the progress bar away.
    pub(crate) fn end_progress(&self) {
        self.bar.finish_and_clear();
    }

    /// An error.
    pub(crate) fn error(&self, error: &Error) {
        self.line(format_args!("{error}"));
    }

    /// Something that is told unless `-q`.
    pub(crate) fn say(&self, message: fmt::Arguments<'_>) {
        if !self.quiet {
            self.line(message);
        }
    }

    /// Something that is told with `-v`.
    pub(crate) fn detail(&self, message: fmt::Arguments<'_>) {
        if self.verbose {
            self.line(message);
        }
    }

    /// Whether [`Console::detail`] says anything.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    fn line(&self, message: fmt::Arguments<'_>) {
        // Unit tests and fuzzing have a million bad records, and nobody who reads of them.
        if cfg!(any(test, fuzzing)) {
            return;
        }
        // One write for the line, so that lines of several processes do not mix.
        let mut line = format!("dechrome: {message}").replace(['\n', '\r'], " ");
        line.push('\n');
        self.bar.suspend(|| {
            // There is nowhere left to report that standard error is closed.
            let _ = io::stderr().write_all(line.as_bytes());
        });
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
        let _ = write!(out, "{:.0}/s", state.per_sec());
    })
}
