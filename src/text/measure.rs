//! What a line measures, looked at without any phrase.

use super::chars::{CLOSING, Char, is_stop};
use super::read::read;

/// Figures of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Runs of letters and digits; in scripts without spaces two characters of Chinese or Japanese count as one, and
    /// four letters of Thai, Lao, Khmer or Burmese.
    pub words: u32,
    /// Words that hold a digit.
    pub numbers: u32,
    /// The line ends as a sentence does, closing quotes and brackets allowed.
    pub stop: bool,
    /// That end is a question or an exclamation.
    pub asks: bool,
    /// A sentence ends inside the line, with another behind it.
    pub inner_stop: bool,
    /// The line ends with an ellipsis: a teaser that was cut short.
    pub cut_short: bool,
}

impl Measure {
    /// Measures a trimmed line. Linear in its size.
    pub fn of(line: &str) -> Measure {
        read(line, |_| {}).0
    }

    /// What the end of a trimmed line tells.
    pub(super) fn of_end(line: &str) -> Measure {
        let bare = line.trim_end_matches(|c: char| Char::of(c).is(CLOSING));
        let cut_short =
            bare.ends_with('…') || bare.ends_with("...") || line.ends_with("[…]") || line.ends_with("[...]");
        let stop = !cut_short && bare.ends_with(is_stop);
        let asks = stop && bare.ends_with(['?', '!', '？', '！', '؟']);
        Measure { stop, asks, cut_short, ..Measure::default() }
    }

    /// Whether the line reads like a paragraph, or a sentence, of an article.
    ///
    /// Twelve words with a final stop: shorter ones are as often teasers, captions and notices. Thirty without:
    /// headlines and labels are hardly ever that long, while paragraphs may end in a colon or a lost stop.
    pub fn is_prose(&self) -> bool {
        (self.words >= 12 && self.stop) || (self.words >= 30 && !self.cut_short)
    }

    /// Whether the line could be the row of a table: several words, and numbers for at least two in five.
    pub fn is_tabular(&self) -> bool {
        self.words >= 3 && self.numbers * 5 >= self.words * 2
    }

    /// Whether the line could be a title: no statement with a stop, and no longer than a long headline.
    pub fn is_title(&self) -> bool {
        (2..=30).contains(&self.words) && !self.is_prose() && !self.states()
    }

    /// Whether the line ends with a full stop, as a statement does and a title does not.
    pub fn states(&self) -> bool {
        self.stop && !self.asks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_words_and_stops() {
        let m = Measure::of("“It’s over,” Lavrov said on 9 May 2022. He left.");
        assert_eq!((m.words, m.numbers, m.stop, m.inner_stop), (10, 2, true, true));
        let m = Measure::of("他说今天天气很好。");
        assert_eq!((m.words, m.stop), (4, true));
        assert_eq!(Measure::of("วันนี้อากาศดีมาก").words, 4);
        let m = Measure::of("But I’m fine, Tim, …");
        assert_eq!((m.words, m.stop, m.cut_short), (4, false, true));
        assert!(!Measure::of("Version 2.1.4 of the tool").inner_stop);
        assert_eq!(Measure::of("twenty-one don’t").words, 3);
    }
}
