//! What the scorer sees: the input of `scripts/fit.py`.
//!
//! `evidence LOOK [PATTERN_FILE]... < records.jsonl > evidence.bin` with `article`, `page`, `page-again` or `document` for LOOK reads records with a `text`. It writes one line with the
//! names of the features, separated by blanks, then for each line of a text that no rule takes: the number of the record
//! from 0 and of the line from 1 (u32 each), and the value of each feature (i16); all little-endian.

use std::error::Error;
use std::io::{BufRead, BufWriter, Write};

use dechrome::{Cleaner, Look, PatternSet};

fn main() -> Result<(), Box<dyn Error>> {
    let mut patterns = PatternSet::builtin()?;
    let mut arguments = std::env::args().skip(1);
    let look = match arguments.next().as_deref() {
        Some("article") => Look::Article,
        Some("page") => Look::Page,
        Some("page-again") => Look::PageAgain,
        Some("document") => Look::Document,
        _ => return Err("which look? article, page, page-again or document".into()),
    };
    for path in arguments {
        patterns.add(&path, &std::fs::read_to_string(&path)?)?;
    }
    let cleaner = Cleaner::builder().patterns(patterns).build()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", look.names().join(" "))?;
    for (record, line) in std::io::stdin().lock().lines().enumerate() {
        let value: serde_json::Value = serde_json::from_str(&line?)?;
        for evidence in cleaner.evidence(value["text"].as_str().ok_or("a record without a text")?, look) {
            out.write_all(&u32::try_from(record)?.to_le_bytes())?;
            out.write_all(&u32::try_from(evidence.line)?.to_le_bytes())?;
            for value in evidence.values {
                out.write_all(&i16::try_from(value)?.to_le_bytes())?;
            }
        }
    }
    Ok(out.flush()?)
}
