//! `dechrome patterns`; wrong files are in `data/patterns.trycmd`.

use crate::support::{Folder, pipe};

#[test]
fn the_list_has_every_label_and_the_sums() {
    let run = pipe("patterns list", "").exits(0).says(&[]);
    let lines: Vec<Vec<&str>> = run.text().lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..2], ["label", "rule"]);
    assert_eq!(lines[0].last(), Some(&"all"));
    let languages = lines[0].len() - 2;
    for language in ["en", "de", "fr", "es", "ru", "uk", "pl"] {
        assert!(lines[0].contains(&language), "{language}");
    }
    let (sums, rules) = lines[1..].split_last().unwrap();
    for label in [
        "navigation",
        "related",
        "comments",
        "author",
        "share",
        "subscribe",
        "account",
        "notice",
        "advertising",
        "meta",
        "media",
        "headline",
        "site",
    ] {
        assert!(rules.iter().any(|row| row[0] == label), "{label}");
    }
    assert_eq!(sums[..2], [rules.len().to_string().as_str(), "rules"]);
    // The sum of each column stands under it.
    let number = |cell: &str| if cell == "-" { 0 } else { cell.parse::<u32>().unwrap() };
    for column in 2..2 + languages {
        let sum: u32 = rules.iter().map(|row| number(row[column])).sum();
        assert_eq!(sum, number(sums[column]), "{}", lines[0][column]);
    }
}

#[test]
fn the_list_of_one_language_has_its_column_alone() {
    let run = pipe("patterns list --lang en", "").exits(0);
    let header: Vec<&str> = run.text().lines().next().unwrap().split_whitespace().collect();
    assert!(header.contains(&"en") && !header.contains(&"de"), "{header:?}");
}

#[test]
fn a_file_that_is_not_utf8_is_named_with_its_line() {
    let folder = Folder::new();
    folder.write("latin1.toml", b"# fine\n[ad-label]\nphrases = [\"r\xE9clame\"]\n");
    for arguments in ["patterns check latin1.toml", "--patterns latin1.toml"] {
        folder.pipe(arguments, "").exits(2).says(&["latin1.toml:3: not UTF-8; save the file as UTF-8"]);
    }
}

#[test]
fn every_bad_file_of_several_is_told() {
    let folder = Folder::with(&[
        ("one.toml", "[ad-labell]\n"),
        ("two.toml", "[ad-label]\nphrases = [\"a word from the bakery\"]\n"),
        ("three.toml", "rule = 5\n"),
    ]);
    folder.run("patterns check one.toml two.toml three.toml missing.toml").exits(2).prints("").says(&[
        "one.toml:1:2: no rule \"ad-labell\"; did you mean \"ad-label\"?",
        "three.toml:1:8: \"rule\" must be a list in brackets",
        "missing.toml: no such file or folder",
    ]);
}

#[test]
fn a_good_file_on_top_of_the_built_in_patterns() {
    let folder = Folder::with(&[(
        "good.toml",
        "[ad-label]\nphrases = [\"a word from the bakery\"]\nremove = [\"A word from the bakery:\"]\n\
         keep = [\"A word from the bakery was enough to bring the whole street to its feet that morning.\"]\n",
    )]);
    let run = folder.run("patterns check good.toml").exits(0).says(&[]);
    assert!(run.text().ends_with(" phrases, all examples hold\n"), "{}", run.text());
}

#[test]
fn the_columns_of_a_place_are_characters() {
    let folder = Folder::with(&[("wide.toml", "[ad-label]\nphrases = [\"Réclame 広告 du port\", \"x\"]\n")]);
    let message = "wide.toml:2:34: the phrase \"x\" is too short for the rule \"ad-label\": it needs 2 letters";
    folder.run("patterns check wide.toml").exits(2).says(&[message]);
}
