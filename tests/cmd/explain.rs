//! `dechrome explain`.

use crate::support::{Folder, PAGE, PLAIN, pipe};

const EXPLAINED: &str = "mode        # article
              The harbour gets a new crane

              The old crane had served the harbour for sixty years before it was taken down on Monday morning.

advertising # ad-label: phrase \"advertisement\"
advertising - Advertisement
advertising -
              The new one lifts twice as much and needs only one person at the controls, the harbour master said.
comments    # comment-form: opener \"leave a reply\" with the line under it
comments    -
comments    - Leave a Reply
comments    - Your email address will not be published.
";

#[test]
fn every_removed_line_is_marked() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder.run("explain page.txt").exits(0).prints(EXPLAINED).says(&[]);
    folder.holds("page.txt", PAGE);
}

#[test]
fn it_is_a_filter_too() {
    pipe("explain", PAGE).exits(0).prints(EXPLAINED).says(&[]);
    pipe("explain -", PAGE).exits(0).prints(EXPLAINED).says(&[]);
}

#[test]
fn what_stays_gets_a_margin() {
    pipe("explain", PLAIN).exits(0).prints(format!("mode        # article\n              {PLAIN}"));
    pipe("explain", "").exits(0).prints("mode        # article\n");
}

#[test]
fn the_options_that_choose_what_leaves_hold() {
    pipe("explain --keep advertising,comments", PLAIN)
        .exits(0)
        .prints(format!("mode        # article\n              {PLAIN}"));
    let run = pipe("explain --only comments", PAGE).exits(0);
    assert!(
        run.text().contains("\n              Advertisement\n")
            && run.text().contains("\ncomments    - Leave a Reply\n")
    );
}

#[test]
fn a_document_over_the_budget_is_said_to_be_one() {
    let run = pipe("explain --max-removed 5", PAGE);
    let run = run.exits(0).says(&["standard input: over the removal budget; left as it is (--max-removed raises it)"]);
    assert!(run.text().contains("\n              Leave a Reply\n"), "{}", run.text());
}

#[test]
fn it_is_coloured_on_demand() {
    let run = pipe("explain --color always", PAGE).exits(0);
    let coloured = run.text();
    assert!(coloured.contains("\u{1b}[31m- Advertisement\u{1b}[0m\n"), "{coloured:?}");
    assert!(coloured.contains("\u{1b}[33m# ad-label: phrase \"advertisement\"\u{1b}[0m\n"), "{coloured:?}");
    let bare: String = coloured
        .split('\u{1b}')
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once('m').unwrap().1 })
        .collect();
    assert_eq!(bare, EXPLAINED);
    pipe("explain --color never", PAGE).exits(0).prints(EXPLAINED);
}

#[test]
fn other_encodings_are_shown_as_utf8() {
    let utf16: Vec<u8> = format!("\u{FEFF}{PAGE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    pipe("explain", utf16).exits(0).prints(EXPLAINED);
    let latin1 = PAGE.replace("crane", "cr\u{1}ne").into_bytes().into_iter().map(|b| if b == 1 { 0xE2 } else { b });
    pipe("explain --encoding latin1", latin1.collect::<Vec<u8>>()).exits(0).prints(EXPLAINED.replace("crane", "crâne"));
}

#[test]
fn crlf_is_no_part_of_the_marks() {
    let page = PAGE.replace('\n', "\r\n");
    let run = pipe("explain", page).exits(0);
    assert_eq!(run.text().replace('\r', ""), EXPLAINED);
}

#[test]
fn a_folder_is_an_error() {
    let folder = Folder::with(&[("in/page.txt", PAGE)]);
    folder.run("explain in").exits(2).prints("").says(&["in: is a folder, not a file"]);
}

#[test]
fn a_file_of_records_is_refused() {
    let folder = Folder::with(&[("a.jsonl.gz", "")]);
    folder.run("explain a.jsonl.gz").exits(2).prints("").says(&[
        "a.jsonl.gz: holds records; explain takes one text: put the text of one record into it on standard input",
    ]);
}

#[test]
fn a_byte_order_mark_before_a_line_that_leaves_is_no_span() {
    let run = pipe("explain", format!("\u{feff}Leave a Reply\n{PLAIN}{PLAIN}Share\n")).exits(0);
    assert!(!run.text().contains("[-"), "{}", run.text());
}
