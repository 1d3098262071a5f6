//! Whole pages: `--mode`, `--careful`, and what is told of them.

use serde_json::Value;

use crate::support::{Folder, PAGE, PLAIN, pipe};

/// A whole page, which shape tells from extracted text: menus and footers of short lines around an article.
fn dump() -> String {
    let menu = ["Skip to content", "Home", "News", "Harbour", "Weather", "Sports", "Culture", "Opinion", "Jobs", "Sign in"];
    let article = [
        "The old ferry sails again",
        "The ferry to Norrvik sailed again on Monday, three weeks after a log broke one of its propellers off the coast.",
        "“We painted everything that stood still,” said the captain, who had never been ashore for so long in thirty years.",
        "The yard had kept the ship for three weeks, because the new propeller came from a foundry two countries away.",
        "Tickets bought for the lost weeks stay valid until June, and bicycles travel free of charge on all weekdays.",
        "On Thursday the first passengers stood on the quay before dawn, and the ticket office sold out by nine o'clock.",
    ];
    let footer = [
        "Share", "Facebook", "Twitter", "Most read", "The quay gets new lamps", "Ten knots for children", "About us",
        "Contact", "Privacy policy", "Cookie settings", "Advertise with us", "© 2019 Harbour Mail. All rights reserved.",
    ];
    format!("{}\n\n{}\n\n{}\n", menu.join("\n"), article.join("\n\n"), footer.join("\n"))
}

/// The article of [`dump`].
fn article() -> String {
    let dump = dump();
    let (from, to) = (dump.find("The old ferry").unwrap(), dump.find("\n\nShare").unwrap());
    dump[from..to].to_owned() + "\n"
}

#[test]
fn a_whole_page_becomes_its_article() {
    pipe("--mode page", dump()).exits(0).prints(article()).says(&[]);
    pipe("", dump()).exits(0).prints(article()).says(&[]);
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
    let page = "Skip to content\nHome\nNews\nSign in\nUser name\nPassword\nForgotten your password?\nRegister\nHelp\n\
                Contact\nPrivacy policy\nCookie settings\nFacebook\nTwitter\n© 2019 Harbour Mail. All rights reserved.\n";
    let folder = Folder::with(&[("login.txt", page), ("page.txt", &dump())]);
    let run = folder.run("login.txt page.txt --mode page -o out --report report.json -v").exits(0);
    assert!(run.stderr.contains("login.txt: a whole page without content; left as it is\n"), "{}", run.stderr);
    assert!(run.stderr.contains("1 without content"), "{}", run.stderr);
    folder.holds("out/login.txt", page);
    let report: Value = serde_json::from_str(&folder.text("report.json")).unwrap();
    assert_eq!((&report["totals"]["no_content"], &report["totals"]["pages"]), (&1.into(), &2.into()));
}
