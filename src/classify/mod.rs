//! A line alone → findings. Arithmetic on one line and the guards of rules; nothing here looks at neighbours.

mod dates;

use std::ops::Range;

use crate::patterns::{Anchor, Detector, Extent, PatternSet, PhraseGuards, Rest, Strength, Trigger};
use crate::scan::{MAX_REGEX_BYTES, MAX_REGEX_WORDS, Match, Scanner, Source};
use crate::text::{Folded, Line, Measure, Shape, Word, read};

/// What one line is, looked at alone.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub measure: Measure,
    pub shape: Shape,
    /// Its words, as a range of [`Facts::words`].
    pub words: Range<usize>,
    /// A phrase of the keep-list stands in the line: it stays.
    pub kept: bool,
    /// The line's findings, as a range of [`Facts::findings`].
    pub findings: Range<usize>,
    /// One of them, unless the line is kept, does not need other chrome beside it.
    pub suspect: bool,
    /// One of them, likewise, says that the line is nothing but a date or a time.
    pub date: bool,
    /// The line reads like the article's own prose.
    pub prose: bool,
}

/// A rule that may take a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Index into the pattern set's rules.
    pub rule: usize,
    /// What triggered it.
    pub trigger: Hit,
    /// Nothing but the phrase stands in the line: what the rule speaks of stands below.
    pub alone: bool,
}

/// What triggered a finding; indices into the pattern set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hit {
    Phrase(usize),
    Regex(usize),
    Detector(Detector),
}

/// The facts of every line of a document.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub lines: Vec<Fact>,
    pub findings: Vec<Finding>,
    pub words: Vec<Word>,
}

impl Fact {
    /// What a line is without any rule; its words are added to `words`.
    pub fn of(line: &str, words: &mut Vec<Word>) -> Fact {
        let first = words.len();
        let (measure, shape) = read(line, |word| words.push(word));
        let prose = measure.is_prose();
        Fact {
            measure,
            shape,
            words: first..words.len(),
            kept: false,
            findings: 0..0,
            suspect: false,
            date: false,
            prose,
        }
    }

    /// Takes its findings, from `first` on.
    fn find(&mut self, set: &PatternSet, findings: &[Finding], first: usize) {
        self.findings = first..findings.len();
        if !self.kept {
            let own = &findings[first..];
            self.suspect = own.iter().any(|finding| set.rule(finding.rule).strength > Strength::Weak);
            self.date = own.iter().any(|finding| finding.trigger == Hit::Detector(Detector::DateLine));
            self.prose &= !self.suspect;
        }
    }
}

/// What stands between the entries of a menu or a share bar that was flattened into one line, after folding.
const SEPARATORS: [char; 8] = ['|', '•', '·', '›', '>', '→', '/', '"'];

/// Classifies lines with one pattern set.
#[derive(Debug)]
pub(crate) struct Classifier {
    scanner: Scanner,
    /// Rules for lines of nothing but a date, and of nothing but numbers.
    date_rule: Option<usize>,
    number_rule: Option<usize>,
}

impl Classifier {
    pub fn new(set: &PatternSet) -> Classifier {
        Classifier {
            scanner: Scanner::new(set),
            date_rule: set.detector(Detector::DateLine),
            number_rule: set.detector(Detector::NumberLine),
        }
    }

    /// The facts of every line. Linear in the size of the text.
    pub fn classify(&self, set: &PatternSet, text: &str, lines: &[Line]) -> Facts {
        let mut facts = Facts { lines: Vec::with_capacity(lines.len()), ..Facts::default() };
        let (mut folded, mut hits, mut matches, mut tried) = (Folded::default(), Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            let content = &text[line.content.clone()];
            let mut fact = Fact::of(content, &mut facts.words);
            let measure = fact.measure;
            folded.set(content, self.scanner.walks(measure.words));
            matches.clear();
            tried.clear();
            let code = is_code(content);
            if !code {
                self.scanner.scan(&folded, &mut hits, &mut matches);
            }
            let first = facts.findings.len();
            for (index, found) in matches.iter().enumerate() {
                let view = View { content, measure, folded: &folded, found, later: &matches[index + 1..] };
                match found.source {
                    Source::Keep(keep) => fact.kept |= holds(set.keep_anchor(keep), &view),
                    Source::Phrase(phrase) => {
                        let rule = set.phrase(phrase).rule;
                        if let Some(alone) = set.rule(rule).guards().and_then(|g| self.admits(g, set, &view)) {
                            facts.findings.push(Finding { rule, trigger: Hit::Phrase(phrase), alone });
                        }
                    }
                    // Its literal may stand there many times: one run tells.
                    Source::Regex(regex) if !tried.contains(&regex) => {
                        tried.push(regex);
                        let rule = set.regex(regex).rule;
                        let fits = |g: &PhraseGuards| {
                            measure.words <= g.max_words.min(MAX_REGEX_WORDS) && !(g.label_only && measure.states())
                        };
                        let fits = set.rule(rule).guards().is_some_and(fits) && folded.text().len() <= MAX_REGEX_BYTES;
                        if fits && set.regex(regex).is_match(folded.text()) {
                            facts.findings.push(Finding { rule, trigger: Hit::Regex(regex), alone: false });
                        }
                    }
                    Source::Regex(_) => {}
                }
            }
            if first == facts.findings.len() && !code {
                facts.findings.extend(self.chain(set, &folded));
            }
            if let Some(finding) = self.detect(&folded, measure) {
                facts.findings.push(finding);
            }
            fact.find(set, &facts.findings, first);
            facts.lines.push(fact);
        }
        facts
    }

    /// Whether nothing may be cut out of the line: it looks like code, or the keep-list protects it.
    pub fn protects(&self, set: &PatternSet, content: &str) -> bool {
        if is_code(content) {
            return true;
        }
        let (mut folded, mut matches) = (Folded::default(), Vec::new());
        folded.set(content, true);
        self.scanner.scan(&folded, &mut Vec::new(), &mut matches);
        let measure = Measure::default();
        matches.iter().any(|found| match found.source {
            Source::Keep(keep) => {
                holds(set.keep_anchor(keep), &View { content, measure, folded: &folded, found, later: &[] })
            }
            _ => false,
        })
    }

    /// A line of several whole-line phrases between separators: a menu, a share bar, a footer.
    fn chain(&self, set: &PatternSet, folded: &Folded) -> Option<Finding> {
        // Without a branch for each byte, so that many bytes are looked at together.
        let may_separate = |byte: u8| (byte >= 0x80) | matches!(byte, b'|' | b'>' | b'/' | b'"');
        let separates = folded.text().bytes().fold(false, |any, byte| any | may_separate(byte));
        if folded.partial || !separates || !folded.text().contains(SEPARATORS) {
            return None;
        }
        let mut surest: Option<usize> = None;
        for part in folded.text().split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty()) {
            let rule = |phrase: usize| set.rule(set.phrase(phrase).rule);
            let single = |phrase: &usize| rule(*phrase).extent == Extent::Line;
            let phrase = self.scanner.equal(part).find(single)?;
            let surer = surest.is_none_or(|best| rule(phrase).strength > rule(best).strength);
            surest = if surer { Some(phrase) } else { surest };
        }
        surest.map(|phrase| Finding { rule: set.phrase(phrase).rule, trigger: Hit::Phrase(phrase), alone: false })
    }

    /// Dates and numbers.
    fn detect(&self, folded: &Folded, measure: Measure) -> Option<Finding> {
        if measure.words > dates::MAX_WORDS || folded.partial {
            return None;
        }
        let found = |rule: Option<usize>, detector| {
            rule.map(|rule| Finding { rule, trigger: Hit::Detector(detector), alone: true })
        };
        // A price or a share is content.
        let is_content = |c: char| c.is_alphabetic() || matches!(c, '$' | '%' | '€' | '£');
        if measure.numbers > 0 && !folded.text().contains(is_content) {
            found(self.number_rule, Detector::NumberLine)
        } else if measure.numbers > 0 && dates::is_date(folded.text(), &self.scanner) {
            found(self.date_rule, Detector::DateLine)
        } else {
            None
        }
    }

    /// Whether the guards let a phrase through; if so, whether it stands alone in its line.
    fn admits(&self, guards: &PhraseGuards, set: &PatternSet, view: &View<'_>) -> Option<bool> {
        let (before, after) = view.around();
        if view.measure.words > guards.max_words {
            return None;
        }
        let alone = !before.chars().chain(after.chars()).any(char::is_alphanumeric);
        let rest_fits = match guards.anchor {
            Anchor::Anywhere => true,
            Anchor::Start if !before.is_empty() => false,
            _ if view.folded.partial => guards.rest == Rest::Any,
            _ => self.rest_fits(guards.rest, before, after, view),
        };
        let spoken = guards.anchor == Anchor::Line && view.is_spoken();
        let is_label = !(spoken || (guards.label_only && view.measure.states()));
        let number_fits = !guards.number || before.chars().chain(after.chars()).any(char::is_numeric);
        let separated = alone || view.followed_by_separator();
        let trail = !guards.trail || after.trim_start().starts_with(['>', '"', '/', '|', ':', '›', '→', '·', '\\']);
        let pair = !guards.pair || view.later.iter().any(|other| view.pairs_with(other, set));
        (rest_fits && number_fits && is_label && (!guards.colon || separated) && trail && pair).then_some(alone)
    }

    fn rest_fits(&self, rest: Rest, before: &str, after: &str, view: &View<'_>) -> bool {
        let no_words = |text: &str| !text.chars().any(char::is_alphabetic);
        match rest {
            Rest::Any => true,
            Rest::Nothing => !before.chars().chain(after.chars()).any(char::is_alphanumeric),
            Rest::Number => no_words(before) && (no_words(after) || is_abbreviated_number(after)),
            Rest::Date => dates::fits(before, &self.scanner) && dates::fits(after, &self.scanner),
            Rest::Name => before.is_empty() && view.alone_or_name(),
        }
    }
}

/// Whether the line looks like code or markup, in which any word may stand alone.
pub(crate) fn is_code(line: &str) -> bool {
    // Most lines begin and end otherwise than any code.
    let (first, last) = (line.bytes().next(), line.bytes().next_back());
    let may_open = matches!(first, Some(b'-' | b'"' | b'<' | b'>' | b'/' | b'#' | b'$' | b'{'));
    let may_close = matches!(last, Some(b'{' | b'[' | b')' | b';' | b','));
    if !(may_open || may_close) {
        return false;
    }
    let option =
        line.strip_prefix("--").is_some_and(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()) && !l.ends_with('-'));
    let key = line.starts_with('"') && line.contains("\":");
    let opens = ["<!--", ">>>", "/*", "#!", "$ ", "{{", "{%", "</"].iter().any(|mark| line.starts_with(mark));
    let closes = ["{", "[", "()", ";", ");", "},", "],"].iter().any(|mark| line.ends_with(mark));
    // The Greek question mark looks like a semicolon.
    let asks = line.ends_with(';') && line.contains(|c| ('\u{370}'..='\u{3ff}').contains(&c));
    option || key || opens || (closes && !asks)
}

/// Bars of a row of a table in Markdown, one more than it has cells; a line with fewer may be a list between bars.
const MIN_BARS: usize = 4;

/// Whether the line is a row of a table in Markdown.
pub(crate) fn is_table_row(line: &str) -> bool {
    line.starts_with('|') && line.matches('|').count() >= MIN_BARS
}

/// Whether the line names something and its value ("Time: 3 h").
pub(crate) fn names_a_value(line: &str) -> bool {
    line.contains(": ") || line.contains('：')
}

/// "1.2k" and the like: a counter in short.
fn is_abbreviated_number(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    text.strip_suffix(['k', 'm'])
        .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_numeric() || c == '.' || c == ','))
}

fn holds(anchor: Anchor, view: &View<'_>) -> bool {
    let (before, after) = view.around();
    match anchor {
        Anchor::Anywhere => true,
        Anchor::Start => before.is_empty(),
        Anchor::Line => before.is_empty() && after.is_empty() && !view.folded.partial,
    }
}

/// One match in its line.
struct View<'a> {
    content: &'a str,
    measure: Measure,
    folded: &'a Folded,
    found: &'a Match,
    /// The matches that were found after it.
    later: &'a [Match],
}

/// Words of a name behind "by" or "about".
const MAX_NAME_WORDS: usize = 5;

impl View<'_> {
    /// The folded text before and behind the match.
    fn around(&self) -> (&str, &str) {
        let text = self.folded.text();
        (&text[..self.found.start], &text[self.found.end..])
    }

    /// Whether a colon, bar, dash or arrow follows the match.
    fn followed_by_separator(&self) -> bool {
        let (_, after) = self.around();
        let mark = after.trim_start();
        mark.starts_with([':', '|', '→', '>', '›', '»', '"', '►', '▶', '•'])
            || after.starts_with(" - ")
            || after.starts_with("- ")
    }

    /// Whether the line says one or two words as a person does: in quotes, with a stop, or one word as a question.
    fn is_spoken(&self) -> bool {
        let dialogue = self.content.starts_with('—') && !self.content.ends_with('—');
        let quoted = dialogue || self.content.starts_with(['"', '“', '”', '„', '‘', '「', '『']);
        let ended = self.content.ends_with(['.', '"', '”', '“', '’', '。', '」', '』'])
            && !self.measure.cut_short
            && self.measure.numbers == 0;
        let asks = self.content.ends_with(['?', '？']);
        if !(quoted || ended || asks) {
            return false;
        }
        let words = Measure::of(&self.folded.text()[self.found.start..self.found.end]).words;
        (words <= 2 && (quoted || ended)) || (words == 1 && asks)
    }

    fn pairs_with(&self, other: &Match, set: &PatternSet) -> bool {
        match (self.found.source, other.source) {
            (Source::Phrase(a), Source::Phrase(b)) => {
                let (a, b) = (set.phrase(a), set.phrase(b));
                a.rule == b.rule && a.text != b.text && other.start > self.found.end
            }
            _ => false,
        }
    }

    /// Whether what stands behind the match is nothing or one to five capitalised words, as printed.
    fn alone_or_name(&self) -> bool {
        let words_in_phrase = self.folded.text()[..self.found.end].split(' ').count();
        let mut words =
            self.content.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).skip(words_in_phrase);
        let mut count = 0;
        let capital =
            |w: &str| w.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase() && !c.is_numeric());
        // Particles such as "van" and "de" are short.
        let named = words.by_ref().all(|w| {
            count += 1;
            count <= MAX_NAME_WORDS && (capital(w) || (count > 1 && w.chars().count() <= 3))
        });
        named && !self.measure.stop
    }
}

impl PatternSet {
    /// The rule that a detector serves, unless it is disabled or absent.
    pub(crate) fn detector(&self, wanted: Detector) -> Option<usize> {
        let serves = |t: &Trigger| matches!(t, Trigger::Detector(detector) if *detector == wanted);
        self.find_rule(|rule| !rule.disabled && serves(&rule.trigger))
    }
}
