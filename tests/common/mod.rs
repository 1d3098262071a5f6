//! What several test files share.

use std::path::{Path, PathBuf};

use dechrome::Cleaner;

/// Every `NAME.txt` under `root` that has a `NAME.clean.txt` beside it, in order.
pub fn pairs(root: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let clean = path.with_extension("clean.txt");
            if path.is_dir() {
                folders.push(path);
            } else if clean.exists() {
                found.push((path, clean));
            }
        }
    }
    found.sort();
    found
}

/// The documents that do not come out as expected, each with what differs.
pub fn failures(pairs: &[(PathBuf, PathBuf)]) -> Vec<String> {
    let cleaner = Cleaner::new().expect("built-in patterns");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let differs = |(input, expected): &(PathBuf, PathBuf)| {
        let (text, expected) = (read(input), read(expected));
        let cleaned = cleaner.clean(&text);
        (cleaned.text() != expected).then(|| format!("{}:\n{}", input.display(), difference(&expected, cleaned.text())))
    };
    pairs.iter().filter_map(differs).collect()
}

/// Lines that only one of the texts has at its place.
fn difference(expected: &str, found: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, found);
    diff.unified_diff().context_radius(1).header("expected", "found").to_string()
}
