//! Options that choose what leaves.

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, pipe};

const ONLY_COMMENTS: &str = "\
The harbour gets a new crane

The old crane had served the harbour for sixty years before it was taken down on Monday morning.

Advertisement

The new one lifts twice as much and needs only one person at the controls, the harbour master said.
";

#[test]
fn keep_leaves_a_label_in() {
    pipe("--keep advertising", PAGE).exits(0).prints(ONLY_COMMENTS);
}

#[test]
fn keep_takes_several_labels() {
    for arguments in ["--keep advertising,comments", "--keep advertising --keep comments"] {
        pipe(arguments, PAGE).exits(0).prints(PAGE).says(&[]);
    }
}

#[test]
fn only_removes_nothing_but_the_label() {
    pipe("--only comments", PAGE).exits(0).prints(ONLY_COMMENTS);
}

#[test]
fn only_takes_several_labels() {
    for arguments in ["--only advertising,comments", "--only comments --only advertising"] {
        pipe(arguments, PAGE).exits(0).prints(ARTICLE);
    }
}

#[test]
fn max_removed_is_the_share_of_the_words_that_may_go() {
    // 11 of 54 words go, which is 20.4 %.
    pipe("--max-removed 20.5", PAGE).exits(0).prints(ARTICLE);
    pipe("--max-removed 20.3", PAGE).exits(0).prints(PAGE).says(&[]);
    pipe("--max-removed 0", PAGE).exits(0).prints(PAGE);
    pipe("--max-removed 0", PLAIN).exits(0).prints(PLAIN);
}

#[test]
fn max_removed_of_100_lets_everything_go() {
    pipe("--max-removed 100", "Leave a Reply\nName\n").exits(0).prints("");
}

#[test]
fn a_pattern_file_adds_to_the_built_in_patterns() {
    let folder = Folder::with(&[("mine.toml", "[ad-label]\nphrases = [\"a word from the bakery\"]\n")]);
    let page = PAGE.replace("Advertisement\n", "A word from the bakery:\n");
    folder.pipe("", &page).exits(0).prints(ONLY_COMMENTS.replace("Advertisement\n", "A word from the bakery:\n"));
    folder.pipe("--patterns mine.toml", &page).exits(0).prints(ARTICLE).says(&[]);
}

#[test]
fn several_pattern_files_add_up() {
    let folder = Folder::with(&[
        ("one.toml", "[ad-label]\nphrases = [\"a word from the bakery\"]\n"),
        ("two.toml", "[ad-label]\nphrases = [\"a word from the brewery\"]\n"),
    ]);
    let page = PAGE.replace("Advertisement\n", "A word from the bakery\n\nA word from the brewery\n");
    folder.pipe("-p one.toml -p two.toml", page).exits(0).prints(ARTICLE);
}

#[test]
fn a_pattern_file_switches_a_built_in_rule_off() {
    let folder = Folder::with(&[("mine.toml", "disable = [\"ad-label\"]\n")]);
    folder.pipe("-p mine.toml", PAGE).exits(0).prints(ONLY_COMMENTS);
}

#[test]
fn a_pattern_file_replaces_a_built_in_rule() {
    let rule = "[[rule]]\nid = \"ad-label\"\nlabel = \"media\"\ndoc = \"Mine.\"\nanchor = \"line\"\n";
    let folder = Folder::with(&[
        ("head.toml", &format!("{rule}zone = \"head\"\nstrength = \"sure\"\n")),
        ("any.toml", &format!("{rule}strength = \"sure\"\n")),
    ]);
    folder.pipe("-p head.toml", PAGE).exits(0).prints(ONLY_COMMENTS);
    folder.pipe("-p any.toml --only media,comments", PAGE).exits(0).prints(ARTICLE);
}

#[test]
fn a_pattern_file_protects_a_line() {
    let folder = Folder::with(&[("mine.toml", "[[keep]]\ntext = \"advertisement\"\nreason = \"a heading of ours\"\n")]);
    folder.pipe("-p mine.toml", PAGE).exits(0).prints(ONLY_COMMENTS);
}

#[test]
fn without_default_patterns_nothing_leaves() {
    pipe("--no-default-patterns", PAGE).exits(0).prints(PAGE).says(&[]);
}

#[test]
fn without_default_patterns_a_file_stands_alone() {
    let rules = "[[rule]]\nid = \"mine\"\nlabel = \"advertising\"\ndoc = \"Mine.\"\nanchor = \"line\"\n\
                 strength = \"sure\"\n\n[mine]\nphrases = [\"advertisement\"]\n";
    let folder = Folder::with(&[("mine.toml", rules)]);
    let expected = PAGE.replace("Advertisement\n\n", "");
    folder.pipe("--no-default-patterns -p mine.toml", PAGE).exits(0).prints(expected);
}

#[test]
fn lang_chooses_the_phrases() {
    // A language of this test's own.
    let rules = "[language]\ncode = \"tlh\"\nname = \"Klingon\"\n\n[ad-label]\nphrases = [\"ngoq tlhap\"]\n";
    let folder = Folder::with(&[("tlh.toml", rules)]);
    let page = PAGE.replace("Advertisement\n", "Advertisement\n\nNgoq tlhap\n");
    let klingon_goes = PAGE;
    let english_goes = ONLY_COMMENTS.replace("Advertisement\n", "Ngoq tlhap\n");
    folder.pipe("-p tlh.toml", &page).exits(0).prints(ARTICLE);
    folder.pipe("-p tlh.toml --lang tlh", &page).exits(0).prints(klingon_goes);
    folder.pipe("-p tlh.toml --lang en", &page).exits(0).prints(english_goes);
    for both in ["--lang en,tlh", "--lang EN --lang tlh"] {
        folder.pipe(&format!("-p tlh.toml {both}"), &page).exits(0).prints(ARTICLE);
    }
}

#[test]
fn lang_does_not_choose_among_phrases_without_language() {
    let folder = Folder::with(&[("mine.toml", "[ad-label]\nphrases = [\"a word from the bakery\"]\n")]);
    let page = PAGE.replace("Advertisement\n", "A word from the bakery\n");
    folder.pipe("-p mine.toml --lang de", page).exits(0).prints(PAGE.replace("Advertisement\n\n", ""));
}
