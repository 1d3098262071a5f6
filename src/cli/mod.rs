//! Arguments, settings, exit status: the program around the front ends.
//!
//! Arguments come in two steps: `args` is what can be typed, `settings` what it means, checked and ready to use;
//! `run` does it.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "in a test, that is the message"))]

mod args;
mod exit;
mod manual;
mod patterns;
mod run;
mod settings;

use std::process::ExitCode;

use clap::Parser;

/// Runs the program.
pub fn main() -> ExitCode {
    crate::io::guard::install_hook();
    run::run(args::Args::parse()).into()
}
