//! The exit status.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done; also when whoever read the output closed the pipe.
    Done,
    /// `--check` found something to remove.
    Found,
    /// A usage error, or an input failed.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Failed => 2,
        })
    }
}
