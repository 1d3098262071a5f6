//! The `dechrome` program; everything it does is in [`dechrome::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    dechrome::cli::main()
}
