//! How fast texts are cleaned, and whether the answers are still the right ones: `cargo bench`.
//!
//! Before anything is timed, all that is found is compared with known answers ([`answers`]), and new texts must not take longer
//! than texts that were cleaned before. Each timed pass is then held against a sum of its answer.
//! `docs/performance.md` tells how to run this on other texts.

mod answers;
#[cfg(feature = "cli")]
mod program;
mod texts;

use std::cell::LazyCell;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use dechrome::{Cleaner, Mode};

use answers::{Check, occurrences, sum};
use texts::Texts;

/// As many phrases as a crawl of many sites teaches.
const LEARNED_PHRASES: usize = 50_000;
/// How many times as long new texts may take as those that were cleaned before: 1.0, and the noise of short passes.
const MOST_REMEMBERED: f64 = 1.7;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let texts = Texts::new();
    let phrases = texts::phrases();
    let learned = texts::learned(&texts.texts, LEARNED_PHRASES);
    let modes = [
        ("article", Mode::Article, true),
        ("page", Mode::Page, true),
        ("auto", Mode::Auto, true),
        // As the program cleans where nobody reads why.
        ("article-without-clues", Mode::Article, false),
        ("page-without-clues", Mode::Page, false),
    ]
    .map(|(name, mode, clues)| {
        let cleaner = Cleaner::builder().mode(mode).clues(clues).build().expect("built-in patterns");
        (name, cleaner)
    });
    remembers_nothing(&modes[2].1, &texts);
    let mut check = Check::new(&texts.texts);
    check.count("occurrences", occurrences(&answers::automaton(&phrases), &texts.texts));
    let expected = modes.each_ref().map(|(name, cleaner)| check.cleaner(name, cleaner));
    let expected_with_learned = check.cleaner("learned", &with_learned(&learned));
    check.passed();

    let mut group = criterion.benchmark_group("clean");
    group.throughput(Throughput::Bytes(texts.bytes()));
    // What a search for the same phrases costs that knows nothing of lines: the measure for everything else.
    let automaton = LazyCell::new(|| answers::automaton(&phrases));
    group.bench_function("aho-corasick-dfa", |bencher| bencher.iter(|| occurrences(&automaton, &texts.texts)));
    for ((name, cleaner), expected) in modes.iter().zip(expected) {
        group.bench_function(*name, |bencher| bencher.iter(|| assert_eq!(pass(cleaner, &texts.texts), expected)));
    }
    let cleaner = LazyCell::new(|| with_learned(&learned));
    group.bench_function("auto-with-50000-phrases-more", |bencher| {
        let cleaner = &*cleaner;
        bencher.iter(|| assert_eq!(pass(cleaner, &texts.texts), expected_with_learned));
    });
    group.finish();
    let with_built_in = || Cleaner::new().expect("built-in patterns");
    build(&mut criterion, "built-in", &texts, expected[2], with_built_in);
    build(&mut criterion, "50000-phrases-more", &texts, expected_with_learned, || with_learned(&learned));
    #[cfg(feature = "cli")]
    program::run(&mut criterion, &texts);
    criterion.final_summary();
}

fn with_learned(source: &str) -> Cleaner {
    let mut patterns = dechrome::PatternSet::builtin().expect("built-in patterns");
    patterns.add("learned.toml", source).expect("phrases that can be added");
    Cleaner::builder().patterns(patterns).build().expect("a cleaner")
}

/// Times the making of a cleaner. The one that was timed last then shows that it is one.
fn build(criterion: &mut Criterion, name: &str, texts: &Texts, expected: u64, make: impl Fn() -> Cleaner) {
    let mut cleaner = None;
    let mut group = criterion.benchmark_group("build");
    group.bench_function(name, |bencher| {
        bencher.iter_batched(|| (), |()| cleaner.replace(make()), BatchSize::PerIteration);
    });
    if let Some(cleaner) = cleaner {
        assert_eq!(pass(&cleaner, &texts.texts), expected);
    }
}

fn pass(cleaner: &Cleaner, texts: &[String]) -> u64 {
    sum(texts.iter().map(|text| cleaner.clean(text)))
}

/// A cleaner that remembers answers would be timed at remembering. The best of three comparisons counts, each over texts
/// that the cleaner has not seen yet.
fn remembers_nothing(cleaner: &Cleaner, texts: &Texts) {
    let time = |texts: &[String]| {
        let start = Instant::now();
        std::hint::black_box(pass(cleaner, texts));
        start.elapsed().as_secs_f64() / texts.iter().map(String::len).sum::<usize>() as f64
    };
    // What is built when it is first needed is there from now on.
    time(&texts.texts);
    let third = texts.texts.len().div_ceil(3);
    let thirds = texts.texts.chunks(third).zip(texts.others.chunks(third));
    let ratio = thirds.map(|(seen, new)| time(new) / time(seen)).fold(f64::INFINITY, f64::min);
    assert!(ratio < MOST_REMEMBERED, "new texts take {ratio:.1} times as long as those that were cleaned before");
}
