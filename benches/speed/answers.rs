//! What has to be found, so that a faster wrong answer is none.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use dechrome::{Cleaned, Cleaner};

/// The answers for texts whose own digest is known. Who only makes something faster leaves them as they are. A change of
/// patterns or answers that is meant fails once and prints the new ones, to be put here.
const KNOWN: &[(u64, &[(&str, u64)])] = &[
    // The samples of the repository.
    (
        0x4AC8EE896687E97B,
        &[
            ("occurrences", 0x00000000000159AB),
            ("article", 0x25C6A0AC4AB8BD22),
            ("page", 0x832ACFFA4FCBC72C),
            ("auto", 0xFFC4027152381C02),
            ("article-without-clues", 0xE4FD8792378085A4),
            ("page-without-clues", 0x142CD8E3CDB1A6BD),
            ("learned", 0xD9888D6307E66C95),
        ],
    ),
    // The maintainers' page collection: zcat dev/text/*.resiliparse_full.jsonl.gz
    (
        0x4E15B5DA589EF671,
        &[
            ("occurrences", 0x0000000000111CCD),
            ("article", 0x7F706CD000F8B537),
            ("page", 0xC5C9D7A99F8080DF),
            ("auto", 0x4C13D72E04B83071),
            ("article-without-clues", 0x7463B5B457729B50),
            ("page-without-clues", 0xDDF51F6BD97931F1),
            ("learned", 0xB9E6E181C0DE72A2),
        ],
    ),
    // All of it: zcat dev/text/*.gz
    (
        0x4A591A3896919D17,
        &[
            ("occurrences", 0x00000000005A6359),
            ("article", 0x93AC7DA655BD8C13),
            ("page", 0x56871C739ABCA683),
            ("auto", 0xD4E5A067EF6746CC),
            ("article-without-clues", 0x4CE8B9B79D9F06BB),
            ("page-without-clues", 0x0E769A56E83B28FF),
            ("learned", 0x5204BFF55089DB22),
        ],
    ),
];

/// Compares answers with the known ones or, for other texts, with those in `DECHROME_BENCH_DIGEST`
/// (`auto=0123456789abcdef,page=…`), which an earlier run has printed.
pub struct Check<'t> {
    texts: &'t [String],
    /// The digest of the texts, and the answers that are known for it.
    of: u64,
    known: &'static [(&'static str, u64)],
    given: String,
    found: String,
    failures: Vec<String>,
}

impl<'t> Check<'t> {
    pub fn new(texts: &'t [String]) -> Self {
        let mut digest = Digest::new();
        texts.iter().for_each(|text| digest.add(text.as_bytes()));
        let known = KNOWN.iter().find(|(of, _)| *of == digest.0).map_or(&[][..], |(_, known)| known);
        let given = std::env::var("DECHROME_BENCH_DIGEST").unwrap_or_default();
        Check { texts, of: digest.0, known, given, found: String::new(), failures: Vec::new() }
    }

    /// Checks all that a cleaner says of the texts; returns the [`sum`] of that.
    pub fn cleaner(&mut self, name: &str, cleaner: &Cleaner) -> u64 {
        let (mut digest, mut total) = (Digest::new(), 0);
        for text in self.texts {
            let cleaned = cleaner.clean(text);
            digest.add_answer(&cleaned);
            total = add_to(total, &cleaned);
        }
        self.count(name, digest.0);
        total
    }

    /// Checks a number.
    pub fn count(&mut self, name: &str, found: u64) {
        self.found += &format!("{}{name}={found:016x}", if self.found.is_empty() { "" } else { "," });
        let mut given = self.given.split(',').filter_map(|pair| pair.trim().split_once('='));
        let expected = match given.find(|(given, _)| *given == name) {
            Some((_, digits)) => u64::from_str_radix(digits, 16).ok(),
            None => self.known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value),
        };
        if expected.is_some_and(|expected| expected != found) {
            self.failures.push(format!("    (\"{name}\", 0x{found:016X}),"));
        }
    }

    /// Ends the program unless all was as expected.
    #[expect(clippy::print_stderr, reason = "this is how the user gets it")]
    pub fn passed(&self) {
        let known = if self.known.is_empty() { "not known yet" } else { "known" };
        eprintln!("texts 0x{:016X}, {known}; DECHROME_BENCH_DIGEST={}", self.of, self.found);
        let failures = self.failures.join("\n");
        assert!(self.failures.is_empty(), "other answers than expected (benches/speed/answers.rs):\n{failures}");
    }
}

/// FNV-1a with 64 bits: short, and the same on every machine.
struct Digest(u64);

impl Digest {
    fn new() -> Self {
        Digest(0xCBF2_9CE4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
        }
    }

    /// Each removal's span, lines, label, rule and reason, the text that stays, and the verdict.
    fn add_answer(&mut self, cleaned: &Cleaned<'_>) {
        self.add(format!("{:?} {:?} ", cleaned.verdict(), cleaned.mode()).as_bytes());
        for removal in cleaned.removals() {
            let (span, lines, label, rule) = (removal.span(), removal.lines(), removal.label(), removal.rule());
            self.add(format!("{span:?} {lines:?} {label} {rule} {} ", removal.reason()).as_bytes());
        }
        self.add(cleaned.text().as_bytes());
    }
}

/// A sum over the removals that costs next to nothing and yet changes with any of them: to check each timed pass.
pub fn sum<'t>(cleaned: impl IntoIterator<Item = Cleaned<'t>>) -> u64 {
    cleaned.into_iter().fold(0, |sum, cleaned| add_to(sum, &cleaned))
}

fn add_to(sum: u64, cleaned: &Cleaned<'_>) -> u64 {
    cleaned.removals().iter().fold(sum ^ cleaned.text().len() as u64, |sum, removal| {
        let span = removal.span();
        sum.rotate_left(5) ^ (span.start as u64) ^ ((span.end as u64) << 20) ^ ((removal.label() as u64) << 40)
    })
}

/// The plainest way to find phrases.
pub fn automaton(phrases: &[String]) -> AhoCorasick {
    let builder = &mut AhoCorasick::builder();
    let automaton = builder.kind(Some(AhoCorasickKind::DFA)).ascii_case_insensitive(true).build(phrases);
    automaton.expect("phrases that fit in an automaton")
}

/// How often the phrases stand in the texts.
pub fn occurrences(automaton: &AhoCorasick, texts: &[String]) -> u64 {
    texts.iter().map(|text| automaton.find_iter(text).count() as u64).sum()
}
