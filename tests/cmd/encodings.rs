//! Bytes that are not plain UTF-8.

use crate::support::{ARTICLE, Folder, PAGE, pipe};

/// A rule whose phrase has accents: what it removes was decoded.
const RULES: &str = "[ad-label]\nphrases = [\"Réclame du port\"]\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// `ISO-8859-1`, of characters that it has.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn invalid_utf8_stays_byte_for_byte() {
    let broken = |text: &str| {
        let (before, behind) = text.split_once("twice").unwrap();
        [before.as_bytes(), b"\xFF\xE2\x82twice\xC0\xAF \xED\xA0\x80", behind.as_bytes(), b"\xF0\x9F"].concat()
    };
    pipe("", broken(ARTICLE)).exits(0).prints(broken(ARTICLE)).says(&[]);
    pipe("--keep comments", broken(PAGE)).exits(0).says(&[]).prints(broken(&PAGE.replace("Advertisement\n\n", "")));
}

#[test]
fn a_line_of_invalid_utf8_among_chrome_is_no_chrome() {
    let page = PAGE.replace("Advertisement\n", "ADVERTISEMENT\n");
    let (before, behind) = page.split_once("ADVERT").unwrap();
    let page = [before.as_bytes(), b"Adv\xE9rt", behind.as_bytes()].concat();
    pipe("--only advertising", &page).exits(0).prints(&page);
}

#[test]
fn the_utf8_mark_stays() {
    let page = format!("\u{FEFF}Advertisement\n\n{PAGE}");
    pipe("", page).exits(0).prints(format!("\u{FEFF}{ARTICLE}"));
}

#[test]
fn utf16_of_both_orders_is_known_by_its_mark() {
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let text = |text: &str| utf16(&format!("\u{FEFF}{}", text.replace("crane", "crane\u{1F3D7}")), unit);
        pipe("", text(PAGE)).exits(0).prints(text(ARTICLE)).says(&[]);
    }
}

#[test]
fn utf16_with_crlf_and_without_final_newline() {
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let text = |text: &str| utf16(&format!("\u{FEFF}{}", text.trim_end().replace('\n', "\r\n")), unit);
        pipe("--keep comments", text(PAGE)).exits(0).prints(text(&PAGE.replace("Advertisement\n\n", "")));
    }
}

#[test]
fn utf16_without_a_mark_needs_the_option() {
    for (label, unit) in [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)] {
        pipe("", utf16(PAGE, unit)).exits(0).prints(utf16(PAGE, unit));
        pipe(&format!("--encoding {label}"), utf16(PAGE, unit)).exits(0).prints(utf16(ARTICLE, unit)).says(&[]);
    }
}

#[test]
fn the_encoding_option_reads_other_encodings() {
    let folder = Folder::with(&[("rules.toml", RULES)]);
    let page = PAGE.replace("Advertisement", "Réclame du port").replace("harbour", "hårbour");
    let article = ARTICLE.replace("harbour", "hårbour");
    for label in ["windows-1252", "latin1", "ISO-8859-15"] {
        let arguments = format!("-p rules.toml --encoding {label}");
        folder.pipe(&arguments, latin1(&page)).exits(0).prints(latin1(&article)).says(&[]);
    }
    // Taken for UTF-8, the accents are no letters, and the line stays; its bytes do so anyway.
    let kept = article.replacen("morning.\n\n", "morning.\n\nRéclame du port\n\n", 1);
    folder.pipe("-p rules.toml", latin1(&page)).exits(0).prints(latin1(&kept));
}

#[test]
fn encodings_of_several_bytes_a_character() {
    // The prose is English; the bytes around it are 日本 in Shift_JIS.
    let text = |text: &str| {
        let (before, behind) = text.split_once("crane\n").unwrap();
        [before.as_bytes(), b"\x93\xFA\x96{\n", behind.as_bytes()].concat()
    };
    pipe("--encoding shift_jis", text(PAGE)).exits(0).prints(text(ARTICLE)).says(&[]);
}

#[test]
fn a_mark_wins_over_the_option() {
    let text = |text: &str| utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes);
    pipe("--encoding windows-1252", text(PAGE)).exits(0).prints(text(ARTICLE));
}

#[test]
fn bytes_that_the_encoding_does_not_have_are_an_error_and_pass_through() {
    let page = [PAGE.as_bytes(), b"\x81"].concat();
    pipe("--encoding shift_jis", &page)
        .exits(2)
        .prints(&page)
        .says(&["standard input: not valid Shift_JIS; left as it is (try another --encoding)"]);
}

#[test]
fn bytes_that_no_writer_of_the_encoding_makes_are_an_error_and_pass_through() {
    // A character that Shift_JIS has twice; this is the place that nobody writes to.
    let page = [PAGE.as_bytes(), b"\xED\x40"].concat();
    pipe("--encoding shift_jis", &page).exits(2).prints(&page).says(&[
        "standard input: not valid Shift_JIS: no Shift_JIS writer says this text with these bytes; left as it is",
    ]);
}
