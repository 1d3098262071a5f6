//! The scorer as users meet it: what it takes, what it says, and how to keep it from it.

use dechrome::{Cleaner, Label, LabelSet, Look, PatternSet, Reason};

/// An article of seven paragraphs, and a biography that no phrase announces below a line of known chrome.
fn page() -> String {
    let article = [
        "The ferry came back to the harbour on Monday after three weeks in the yard at Norrvik.",
        "Nobody on the quay had expected it so soon, least of all the woman who sells the tickets.",
        "The harbour master counted eleven boats that morning and wrote the number into a green book.",
        "The yard had found one rope in the hull, and nobody could say who had left it there or why.",
        "“We waited,” she said, “and then we stopped waiting, and that is when it came to us after all.”",
        "On Thursday the first tickets were sold again, and by noon there were none left for that week.",
        "The captain said that the engine had never run so well, and that he would rather not know the reason for it.",
        "Two of the deckhands have left for the railway, which pays by the hour and does not go out in the wind.",
    ];
    let tail = "Share this article\nSubscribe to our newsletter\nAnna Holm has written about shipping for our blog \
                since 2009, and she loves to hear from readers. Please leave a comment and share your thoughts.\nRelated Posts\n\
                The quay gets new lamps\nLeave a Reply\n";
    format!("Ferry is back after three weeks\n\n{}\n\n{tail}", article.join("\n\n"))
}

#[test]
fn a_removal_of_the_scorer_names_its_clues() {
    let text = page();
    let cleaned = Cleaner::new().expect("built-in patterns").clean(&text);
    let scored: Vec<_> = cleaned.removals().iter().filter(|r| r.rule() == "scored").collect();
    assert_eq!(scored.len(), 1, "{scored:#?}");
    assert!(text[scored[0].span()].starts_with("Anna Holm has"));
    let Reason::Scored(clues) = scored[0].reason() else { panic!("{:?}", scored[0].reason()) };
    assert_eq!(clues.len(), 3);
    assert!(clues.iter().all(|clue| Look::Article.names().contains(&clue.feature)));
    assert!(scored[0].reason().to_string().starts_with("the scorer, by "));
}

#[test]
fn the_rule_can_be_disabled_and_its_label_kept() {
    let text = page();
    let mut patterns = PatternSet::builtin().expect("built-in patterns");
    let whole = Cleaner::new().expect("built-in patterns");
    let label = whole.clean(&text).removals().iter().find(|r| r.rule() == "scored").expect("the biography").label();
    patterns.add("mine.toml", "disable = [\"scored\"]\n").expect("a good file");
    let without = Cleaner::builder().patterns(patterns).build().expect("good patterns");
    assert!(without.clean(&text).text().contains("Anna Holm"));
    let keep = LabelSet::from_iter([label]).complement();
    assert!(!keep.contains(label) && keep.contains(Label::Share));
    let keeping = Cleaner::builder().labels(keep).build().expect("good patterns");
    assert!(keeping.clean(&text).text().contains("Anna Holm"));
}

#[test]
fn a_bad_scorer_file_is_told_with_its_place() {
    for (file, place) in [
        ("[scorer]\nthreshold = 1\nthreshold_clean = 1\nfeatures = [\"sparkle\"]\n", "mine.toml:4:13"),
        (
            "[scorer]\nthreshold = 1\nthreshold_clean = 1\nfeatures = [\"words\"]\ntrees = [\"0,1 2\"]\n",
            "mine.toml:5:10",
        ),
        ("[scorer]\nthreshold = 1\nthreshold_clean = 1\nwords = [\"share much\"]\n", "mine.toml:4:10"),
        ("[scorer]\nthreshold_clean = 1\n", "mine.toml:1:1"),
        // The first look has no scores yet.
        (
            "[page-scorer]\nthreshold = 1\nthreshold_careful = 1\nfeatures = [\"score\"]\ntrees = [\"0,1,1 2 3\"]\n",
            "mine.toml:5:10",
        ),
        ("[page-scorer]\nthreshold = 1\nthreshold_careful = 1\nfeatures = [\"sparkle\"]\n", "mine.toml:4:13"),
        ("[mode]\nthreshold = 1\nfeatures = [\"words\"]\n", "mine.toml:3:13"),
    ] {
        let mut patterns = PatternSet::builtin().expect("built-in patterns");
        let added = patterns.add("mine.toml", file);
        let error = added.and_then(|()| Cleaner::builder().patterns(patterns).build().map(|_| ())).expect_err(file);
        assert_eq!(error.place(), place, "{error}");
    }
}

#[test]
fn the_built_in_parameters_stay_small() {
    for file in ["patterns/scorer.toml", "patterns/page.toml"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(std::fs::metadata(path).expect("the file").len() <= 256 * 1024, "{file}");
    }
}

#[test]
fn features_fit_the_format_of_the_evidence() {
    let long = format!("{}\n{}", "word ".repeat(100_000), page());
    let cleaner = Cleaner::new().expect("built-in patterns");
    for look in [Look::Article, Look::Page, Look::PageAgain, Look::Document] {
        let names = look.names();
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        let found = cleaner.evidence(&long, look);
        assert!(!found.is_empty());
        for evidence in found {
            assert_eq!(evidence.values.len(), names.len());
            assert!(evidence.values.iter().all(|value| i16::try_from(*value).is_ok()), "{evidence:?}");
        }
    }
}
