//! Prints what the scorer sees
use std::io::{BufRead, Write};
fn main() {
    let cleaner = dechrome::Cleaner::new().unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut named = false;
    for (doc, line) in std::io::stdin().lock().lines().enumerate() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        cleaner.evidence(v["text"].as_str().unwrap(), |line, features| {
            let f: Vec<_> = features.collect();
            if !named {
                named = true;
                let names: Vec<_> = f.iter().map(|(n, _)| *n).collect();
                writeln!(out, "{}", names.join(" ")).unwrap();
            }
            out.write_all(&(doc as u32).to_le_bytes()).unwrap();
            out.write_all(&(line as u32).to_le_bytes()).unwrap();
            for (_, v) in f {
                out.write_all(&(v as i16).to_le_bytes()).unwrap();
            }
        });
    }
}
