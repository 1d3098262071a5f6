//! Reads the built-in pattern files ahead and leaves what they say, and the tables to find it, as one block of bytes for
//! the program: to parse two megabytes of TOML takes forty times as long as all the rest of its start. The modules that
//! read a user's files at run time read these.

// Each build compiles only what it uses of the modules below.
#![allow(dead_code, unused_imports, reason = "the program uses the rest of these modules")]

use std::path::PathBuf;

#[path = "src/error.rs"]
mod error;
#[path = "src/index/mod.rs"]
mod index;
#[path = "src/once.rs"]
mod once;
#[path = "src/patterns/source/mod.rs"]
mod source;
#[path = "src/text/mod.rs"]
mod text;

use error::{Error, ErrorKind};
use index::Packer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The pattern files are a part of this program: when one changes, it is built and run again.
    println!("cargo:rerun-if-changed=build.rs");
    let mut content = source::Content::default();
    for (file, (name, text)) in source::FILES.iter().enumerate() {
        content.add(name, text, file, source::Trust::BuiltIn)?;
    }
    let (mut said, mut tables) = (Packer::default(), Packer::default());
    content.pack(&mut said);
    source::Tables::new(&content, source::Counts::default()).pack(&mut tables);
    source::spans(&content, source::Counts::default()).pack(&mut tables);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo gives OUT_DIR")?);
    for (name, packer) in [("builtin", said), ("tables", tables)] {
        std::fs::write(out.join(format!("{name}.bin")), packer.bytes)?;
        std::fs::write(out.join(format!("{name}.txt")), packer.texts)?;
    }
    Ok(())
}
