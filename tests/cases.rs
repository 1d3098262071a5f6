//! Cases as data: `tests/cases/*.toml`. Each has a text, what must be removed from it, and what must be left.

use std::path::Path;

use dechrome::Cleaner;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    /// Lines (first, last), rule and span text of each removal.
    #[serde(default)]
    removed: Vec<Expected>,
    /// What must be left; the text itself where this is missing.
    clean: Option<String>,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
struct Expected {
    lines: [usize; 2],
    rule: String,
    /// The bytes that go; not compared where this is missing.
    span: Option<String>,
}

#[test]
fn every_case_comes_out_as_written() {
    let cleaner = Cleaner::new().expect("built-in patterns");
    let mut failures = Vec::new();
    let mut count = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for entry in std::fs::read_dir(&folder).expect("the folder of cases") {
        let path = entry.expect("a readable entry").path();
        let source = std::fs::read_to_string(&path).expect("a readable file");
        let suite: Suite = toml::from_str(&source).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for case in suite.case {
            count += 1;
            let cleaned = cleaner.clean(&case.text);
            let found: Vec<_> = cleaned
                .removals()
                .iter()
                .zip(case.removed.iter().map(|e| e.span.is_some()).chain(std::iter::repeat(false)))
                .map(|(r, with_span)| Expected {
                    lines: [*r.lines().start(), *r.lines().end()],
                    rule: r.rule().to_owned(),
                    span: with_span.then(|| case.text[r.span()].to_owned()),
                })
                .collect();
            if found != case.removed {
                failures.push(format!("{}: {}: removed {found:#?}", path.display(), case.name));
            }
            let expected = case.clean.as_ref().unwrap_or(&case.text);
            if cleaned.text() != expected {
                failures.push(format!("{}: {}: left {:?}", path.display(), case.name, cleaned.text()));
            }
        }
    }
    assert!(count >= 40, "only {count} cases found");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
