//! What cleaning alone costs: `library ROUNDS FILE.jsonl` cleans the `text` of every record so many times in memory, on one
//! thread. Its CPU time less that of 0 rounds is the library's; python/benches/ compares the module with it.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};

use dechrome::Cleaner;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(rounds), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("give the number of rounds and a file".into());
    };
    let mut texts = Vec::new();
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        texts.push(record["text"].as_str().ok_or("a record without a text")?.to_owned());
    }
    let cleaner = Cleaner::builder().clues(false).build()?;
    let mut left = 0;
    for _ in 0..rounds.parse::<usize>()? {
        left = texts.iter().map(|text| cleaner.clean(text).text().len()).sum();
    }
    writeln!(std::io::stdout(), "{left}")?;
    Ok(())
}
