//! The promises of the design, as properties over documents made of prose, chrome, titles and blanks.

// The promises themselves, which fuzzing holds as well.
#[path = "../src/fuzzing/promises.rs"]
mod held;

use std::sync::LazyLock;

use dechrome::{Cleaner, Label, LabelSet, Mode, PatternSet, Verdict};
use held::removed_lines;
use proptest::prelude::*;
use proptest::sample::select;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new().expect("built-in patterns"));
/// No budget: what the passes find is what leaves.
static UNBOUNDED: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::builder().max_removed(100.0).build().expect("built-in patterns"));

/// The same for whole pages.
static PAGES: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::builder().mode(Mode::Page).max_removed(100.0).build().expect("built-in patterns"));

/// For some labels, a cleaner that may remove nothing else.
static ONLY: LazyLock<Vec<(Label, &'static Cleaner)>> = LazyLock::new(|| {
    let only =
        |label: Label| Cleaner::builder().labels(LabelSet::from_iter([label])).build().expect("built-in patterns");
    [Label::Related, Label::Meta, Label::Comments].map(|label| (label, &*Box::leak(Box::new(only(label))))).into()
});

/// Lines that some rule knows, from every kind of reach.
const CHROME: &[&str] = &[
    "Advertisement",
    "Share",
    "Tweet",
    "Print",
    "Leave a Reply",
    "Related Posts",
    "Also read:",
    "Also read: Ferry returns",
    "Previous post",
    "Next post",
    "About the author",
    "About Anna Novak",
    "Check Also",
    "3 Comments",
    "Read more",
    "Subscribe to our newsletter for more stories like this.",
    "By Anna Novak",
    "12 January 2023",
    "17",
    "4 mins",
    "Home > News > World",
    "Updated at 17:58, 28-05-2022",
    "© 2023 Harbour Mail. All rights reserved.",
    "Tags: sea, wind",
    "ЧИТАЙТЕ ТАКЖЕ:",
    "Teilen",
    "All news",
    "Reply",
    "Most read",
    "We use cookies to improve this site.",
];

/// Lines with a span that leaves, or that comes close.
const INSIDE: &[&str] = &[
    "The ferry came back on Monday. AdvertisementThe yard had kept it for three weeks, said its captain.",
    "ADVERTISEMENT The ferry came back on Monday after three weeks in the yard at Norrvik, said its captain.",
    "The ferry came back on Monday (Also read: How the yard works), said its captain, who had waited for it.",
    "(Also read: How the yard works)",
    "The ferry came back on Monday, said its captain. READ MORE: What the yard found. Nobody had expected it.",
    "Read more: What the yard found. The ferry came back to the harbour on Monday after three weeks in the yard.",
    "Share this:Click to share on Twitter (Opens in new window)Click to share on Facebook (Opens in new window)",
    "The ferry came back. Share this: Click to share on X (Opens in new window) X Print Email this Nobody waits",
    "Skip to content Leave a Reply Your email address will not be published. Required fields are marked * Name *",
    "“We waited. Read more: it helps,” she said. Advertisement",
    "Корабль вернулся в порт. РЕКЛАМА Капитан ждал его (Читайте также: [Что нашли] на верфи) три недели.",
    "Advertisement",
];

/// Pieces of such lines, which meet in any order.
const PIECES: &[&str] = &[
    "Advertisement",
    "ADVERTISEMENT",
    "The ferry came back.",
    "the yard",
    "(Also read:",
    "how it works",
    ")",
    "]",
    "[",
    "(",
    "Read more:",
    "READ MORE: ",
    ". ",
    " ",
    "  ",
    "\u{a0}",
    "”",
    "“",
    "\"",
    "*",
    "Share on X",
    "Share on Facebook",
    "Print",
    "Email",
    "(Opens in new window)",
    "Leave a Reply",
    "Skip to content",
    "Реклама",
    "İ",
    "ё",
    "…",
    ":",
    "U.S.",
    "1",
    "The",
    "a",
];

/// Lines that are article or could be.
const TEXT: &[&str] = &[
    "The ferry came back to the harbour on Monday after three weeks in the yard at Norrvik.",
    "Nobody on the quay had expected it so soon, least of all the woman who sells the tickets.",
    "“We waited,” she said, “and then we stopped waiting, and that is when it came.”",
    "The harbour master counted eleven boats that morning and wrote the number into a green book.",
    "Ferry returns to the harbour after three weeks",
    "What the yard found",
    "- one rope",
    "Anna",
    "1. Wash the leeks",
    "Share prices of the yard rose.",
    "    let x = 1;",
    "Editor’s note: the ferry is older than the article said at first.",
];

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(TEXT).prop_map(str::to_owned),
        4 => select(CHROME).prop_map(str::to_owned),
        2 => select(INSIDE).prop_map(str::to_owned),
        1 => (select(TEXT), select(INSIDE), select(TEXT), "[ \t]?").prop_map(|(a, b, c, blank)| [a, b, c].join(&blank)),
        2 => proptest::collection::vec(select(PIECES), 1..12).prop_map(|pieces| pieces.concat()),
        2 => Just(String::new()),
        1 => Just(" \t".to_owned()),
        1 => "\\PC{0,40}",
        1 => "([a-zа-я]{1,8} ){11,20}[a-z]{1,9}[.…]",
    ]
}

fn document() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(line(), 0..40);
    (lines, any::<bool>(), any::<bool>()).prop_map(|(lines, last_newline, mark)| {
        let mut text = if mark { "\u{feff}".to_owned() } else { String::new() };
        text.push_str(&lines.join("\n"));
        if last_newline {
            text.push('\n');
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_stays_and_what_goes_make_the_original(text in document()) {
        held::what_stays_and_what_goes_make_the_original(&text, &CLEANER.clean(&text));
    }

    #[test]
    fn only_whole_lines_leave_or_spans_of_a_line_that_stays(text in document()) {
        for cleaner in [&*CLEANER, &*PAGES] {
            held::only_whole_lines_leave_or_spans_of_a_line_that_stays(&text, &cleaner.clean(&text));
        }
    }

    #[test]
    fn lines_that_lose_spans_stay_and_read_on(text in document()) {
        held::lines_that_lose_spans_stay_and_read_on(&text, &UNBOUNDED.clean(&text));
    }

    #[test]
    fn nothing_to_remove_means_nothing_changed(text in document()) {
        held::nothing_to_remove_means_nothing_changed(&text, CLEANER.clean(&text));
    }

    #[test]
    fn seams_are_clean(text in document()) {
        for cleaner in [&*UNBOUNDED, &*PAGES] {
            held::seams_are_clean(&text, &cleaner.clean(&text));
        }
    }

    #[test]
    fn every_removal_is_explained(text in document()) {
        for cleaner in [&*UNBOUNDED, &*PAGES] {
            held::every_removal_is_explained(&text, &cleaner.clean(&text));
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing_more(text in document()) {
        for cleaner in [&*CLEANER, &*UNBOUNDED, &*PAGES] {
            held::cleaning_twice_changes_nothing_more(cleaner, &cleaner.clean(&text));
        }
    }

    #[test]
    fn line_ends_do_not_matter(text in document()) {
        for cleaner in [&*UNBOUNDED, &*PAGES] {
            held::line_ends_do_not_matter(cleaner, &text);
        }
    }

    #[test]
    fn threads_give_the_same_answer(texts in proptest::collection::vec(document(), 1..6)) {
        let alone: Vec<_> = texts.iter().map(|t| removed_lines(&CLEANER.clean(t))).collect();
        let together: Vec<_> = std::thread::scope(|scope| {
            let handles: Vec<_> = texts.iter().map(|t| scope.spawn(|| removed_lines(&CLEANER.clean(t)))).collect();
            handles.into_iter().map(|h| h.join().expect("no panic")).collect()
        });
        prop_assert_eq!(alone, together);
    }

    #[test]
    fn chrome_spliced_into_prose_takes_nothing_with_it(
        chrome in proptest::collection::vec((1usize..5, select(SPLICED)), 1..6),
        spaced in any::<bool>(),
    ) {
        let seam = if spaced { "\n\n" } else { "\n" };
        let prose = [TEXT[0], TEXT[1], "What the yard found", TEXT[2], TEXT[3]];
        let mut parts: Vec<(bool, &str)> = prose.iter().map(|p| (true, *p)).collect();
        for (paragraph, line) in chrome {
            let mut places = parts.iter().enumerate().filter(|(_, part)| part.0).map(|(place, _)| place);
            let place = places.nth(paragraph).expect("five paragraphs");
            parts.insert(place, (false, line));
        }
        let text = parts.iter().map(|p| p.1).collect::<Vec<_>>().join(seam) + "\n";
        let cleaned = CLEANER.clean(&text);
        prop_assert_eq!(cleaned.text(), prose.join(seam) + "\n");
    }

    #[test]
    fn labels_choose_what_goes(text in document(), (label, only) in select(&**ONLY)) {
        let cleaned = only.clean(&text);
        for removal in cleaned.removals() {
            prop_assert_eq!(removal.label(), label);
        }
    }

    #[test]
    fn any_text_at_all_is_cleaned_without_a_panic(text in any::<String>()) {
        let once = CLEANER.clean(&text).into_text().into_owned();
        let twice = CLEANER.clean(&once);
        prop_assert_eq!(twice.text(), once.as_str());
    }
}

/// Chrome of one line, as it stands between the paragraphs of an article.
const SPLICED: &[&str] = &["Advertisement", "Story continues below", "Read also: Ferry returns", "Share this article"];

#[test]
fn a_document_is_never_silently_emptied() {
    for text in ["Share", "Share\nTweet\nLeave a Reply\nYour email address will not be published.\n", "Advertisement\n"]
    {
        let cleaned = CLEANER.clean(text);
        assert_eq!(cleaned.text(), text);
        assert_ne!(cleaned.verdict(), Verdict::Cleaned);
    }
}

#[test]
fn odd_shapes_come_through() {
    let long_line = "word ".repeat(200_000);
    let letters = "a\n".repeat(200_000);
    let share = "Share\n".repeat(100_000);
    let openers = "Related Posts\nComments\nAlso read:\n".repeat(30_000);
    let replies = "Leave a Reply\n".repeat(200_000);
    let glued = "The word is here. AdvertisementThe ".repeat(50_000);
    let bar = "Share on X Print ".repeat(50_000);
    let brackets = "(Also read: ".repeat(50_000);
    let titles = "So it is. READ MORE: a b c d e f g h i j k ".repeat(30_000);
    let ads = "Advertisement".repeat(50_000);
    for text in [
        long_line.as_str(),
        &replies,
        &glued,
        &bar,
        &brackets,
        &titles,
        &ads,
        &letters,
        &share,
        &openers,
        "",
        "\n",
        "\r\n\r\n",
        "\0\0\0",
        "\u{feff}",
        "\u{feff}\n\n",
    ] {
        for cleaner in [&*CLEANER, &*PAGES] {
            let once = cleaner.clean(text).into_text().into_owned();
            assert_eq!(cleaner.clean(&once).text(), once);
        }
    }
}

/// What may not be removed must not shape the page either: below a thread that stays, the article goes on.
#[test]
fn a_section_that_is_kept_does_not_end_the_article() {
    let prose = TEXT[..4].join("\n").repeat(2);
    let thread = format!(
        "4 Comments\nAnna\n12 January 2023\n{}\nReply\nShare\nKarl\n12 January 2023\n{}\nReply\n",
        TEXT[1], TEXT[3]
    );
    let text = format!("{prose}\n{thread}");
    assert_eq!(CLEANER.clean(&text).text(), format!("{prose}\n"));
    let labels = LabelSet::from_iter([Label::Comments]).complement();
    let keeping = Cleaner::builder().labels(labels).build().expect("built-in patterns");
    assert_eq!(keeping.clean(&text).text(), text);
}

#[test]
fn a_cleaner_without_patterns_removes_nothing() {
    let cleaner = Cleaner::builder().patterns(PatternSet::empty()).build().expect("no patterns");
    let text =
        "Home\nShare\nThe ferry came back to the harbour on Monday after three weeks in the yard.\nLeave a Reply\n";
    assert_eq!(cleaner.clean(text).text(), text);
}
