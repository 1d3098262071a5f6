//! Spans within a line, through every way that tells of them.

use crate::support::{Folder, json, pipe};

const PAGE: &str = "\
The crane came on Monday. AdvertisementThe old one had served the harbour (Also read: A tall story) for sixty years.

Advertisement

It lifts twice as much and needs only one person at the controls. Read more: What cranes cost
";

const ARTICLE: &str = "\
The crane came on Monday. The old one had served the harbour for sixty years.

It lifts twice as much and needs only one person at the controls.
";

#[test]
fn the_rest_of_the_line_stays() {
    pipe("", PAGE).exits(0).prints(ARTICLE);
    pipe("", PAGE.replace('\n', "\r\n")).exits(0).prints(ARTICLE.replace('\n', "\r\n"));
    let line = |text: &str| format!("{{\"text\":\"{}\",\"n\":1.0e2}}\n", json(text).replace("tall", "t\\u00e2ll"));
    pipe("-f jsonl", line(PAGE)).exits(0).prints(line(ARTICLE));
}

#[test]
fn labels_choose() {
    pipe("--only comments", PAGE).exits(0).prints(PAGE);
    let left = PAGE.replace("Advertisement\n\n", "").replace("Advertisement", "");
    pipe("--only advertising", PAGE).exits(0).prints(left);
}

#[test]
fn explain_marks_them_in_their_line() {
    pipe("explain", PAGE).exits(0).prints(
        "mode        # article
advertising # inside-ad: phrase \"advertisement\" inside the line
related     # inside-read: phrase \"also read\" inside the line
advertising ~ The crane came on Monday. [-Advertisement-]The old one had served the harbour \
         [-(Also read: A tall story) -]for sixty years.

advertising # ad-label: phrase \"advertisement\"
advertising - Advertisement
advertising -
related     # inside-read-title: phrase \"read more\" inside the line
related     ~ It lifts twice as much and needs only one person at the controls.[- Read more: What cranes cost-]
",
    );
}

#[test]
fn a_diff_shows_the_line_before_and_after() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    let lines =
        |sign: &str, text: &str| text.split_inclusive('\n').map(|line| format!("{sign}{line}")).collect::<String>();
    let (first, second) = PAGE.split_once("\n\n").expect("two paragraphs");
    let (first_left, second_left) = ARTICLE.split_once("\n\n").expect("two paragraphs");
    let body = format!("-{first}\n+{first_left}\n \n{}+{second_left}", lines("-", second));
    let run = folder.run("--diff page.txt");
    assert_eq!(run.text().split_once(" @@\n").map(|(_, body)| body.to_owned()), Some(body));
}

#[test]
fn they_come_back_byte_for_byte() {
    let utf16: Vec<u8> = format!("\u{FEFF}{PAGE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let record = format!("{{\"text\":\"{}\"}}\n", json(PAGE).replace("tall", "t\\u00e2ll"));
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/crlf", &PAGE.replace('\n', "\r\n")), ("in/r.jsonl", &record)]);
    folder.write("in/utf16.txt", utf16);
    folder.write("in/broken.txt", PAGE.replace("old", "\u{e9}ld").chars().map(|c| c as u8).collect::<Vec<_>>());
    folder.run("in -o clean -q --removed removed").exits(0);
    folder.holds("clean/a.txt", ARTICLE);
    folder.run("restore clean --removed removed -o back").exits(0).says(&["5 restored, 0 copied as they are"]);
    assert!(folder.contents("back") == folder.contents("in"));
}
