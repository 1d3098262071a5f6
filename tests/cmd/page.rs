//! Whole pages: `--mode`, `--careful`, and what is told of them.

use std::path::Path;

use serde_json::Value;

use crate::support::{Folder, PAGE, PLAIN, pipe};

fn sample(name: &str) -> String {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples");
    std::fs::read_to_string(samples.join(name)).unwrap()
}

/// A whole page, which its shape tells from extracted text.
fn dump() -> String {
    sample("en/page-news.txt")
}

/// The lines of the page's article.
fn article() -> Vec<String> {
    sample("en/page-news.clean.txt").lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What may be removed does not change what is chrome: what stays in a full run stays with fewer labels, too.
#[test]
fn labels_choose_among_what_would_go() {
    let usual = pipe("--mode page", dump()).exits(0).text().to_owned();
    for choice in ["--only comments", "--only navigation,share", "--keep related"] {
        let left = pipe(&format!("--mode page {choice}"), dump()).exits(0).text().to_owned();
        for line in usual.lines() {
            assert!(left.lines().any(|kept| kept == line), "{choice}: {line}");
        }
    }
}

/// A log of changes has short lines and long ones, but no sign of a site.
#[test]
fn a_log_is_no_page() {
    let entry =
        "Date: 3 May 2019\nFix the lamp\nRaise the mast by a foot, since the lamp could not be seen from the quay.\n\n";
    let log = entry.repeat(60);
    assert!(pipe("explain", &log).exits(0).text().starts_with("mode        # article\n"));
}

#[test]
fn a_whole_page_becomes_its_article() {
    for arguments in ["--mode page", ""] {
        let run = pipe(arguments, dump()).exits(0).says(&[]);
        let left: Vec<_> = run.text().lines().collect();
        assert!(article().iter().all(|line| left.contains(&line.as_str())), "{}", run.text());
        let (before, after) = (dump().lines().count() - article().len(), left.len() - article().len());
        assert!(after * 10 < before, "{after} lines of chrome are left of {before}:\n{}", run.text());
    }
}

#[test]
fn what_was_cleaned_stays_as_it_is_in_every_mode() {
    for mode in ["auto", "article", "page"] {
        let once = pipe(&format!("--mode {mode}"), dump()).exits(0).text().to_owned();
        pipe(&format!("--mode {mode}"), &once).exits(0).prints(&once);
    }
}

#[test]
fn extracted_text_is_told_from_pages() {
    assert!(pipe("explain", PAGE).exits(0).text().starts_with("mode        # article\n"));
    assert!(pipe("explain", dump()).exits(0).text().starts_with("mode        # page\n"));
    assert!(pipe("explain --mode article", dump()).exits(0).text().starts_with("mode        # article\n"));
    pipe("--mode page", PLAIN).exits(0).prints(PLAIN);
}

#[test]
fn removals_of_page_mode_have_their_reasons_and_a_way_back() {
    let folder = Folder::with(&[("page.txt", &dump())]);
    folder.run("page.txt -o clean.txt --removed removed.jsonl").exits(0);
    let audit = folder.text("removed.jsonl");
    let scored: Vec<Value> = audit
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|entry| entry["rule"] == "page-scored")
        .collect();
    assert!(!scored.is_empty());
    for entry in scored {
        assert!(entry["reason"].as_str().unwrap().starts_with("the scorer, by "), "{entry}");
    }
    folder.run("restore clean.txt --removed removed.jsonl -o back.txt").exits(0);
    folder.holds("back.txt", dump());
}

#[test]
fn careful_takes_no_more_than_usual() {
    let usual = pipe("", dump()).exits(0).text().to_owned();
    let careful = pipe("--careful", dump()).exits(0).text().to_owned();
    for line in usual.lines() {
        assert!(careful.lines().any(|kept| kept == line), "{line}");
    }
}

#[test]
fn a_page_without_content_is_left_alone_and_counted() {
    let page = sample("en/page-no-article-login.txt");
    let folder = Folder::with(&[("login.txt", &page), ("page.txt", &dump())]);
    let run = folder.run("login.txt page.txt --mode page -o out --report report.json -v").exits(0);
    assert!(run.stderr.contains("login.txt: a whole page without content; left as it is\n"), "{}", run.stderr);
    assert!(run.stderr.contains("1 without content"), "{}", run.stderr);
    folder.holds("out/login.txt", &page);
    let report: Value = serde_json::from_str(&folder.text("report.json")).unwrap();
    assert_eq!((&report["totals"]["no_content"], &report["totals"]["pages"]), (&1.into(), &2.into()));
}
