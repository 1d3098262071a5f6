//! The letters by which a phrase within a line is found, in the spellings that a label can have.

use super::rule::Reach;
use crate::text::unfolded;

/// Letters of a first word that are looked for: no more, or they would have to know of "LinkedIn" and "WhatsApp".
pub(super) const KEY: usize = 4;

/// The beginnings by which a phrase is found as it may be printed.
pub(super) fn spellings(phrase: &str, reach: Reach) -> Vec<String> {
    // What folds to a quotation mark or a blank has many spellings.
    let key: String = phrase.chars().take(KEY).take_while(|c| c.is_alphanumeric()).collect();
    let mut spellings = Vec::new();
    for key in printed(&key) {
        let mut letters = key.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let capital: String = first.chain(letters).collect();
        let capitals = key.to_uppercase();
        spellings.extend(match reach {
            Reach::Brackets => {
                [capital, capitals, key].iter().flat_map(|key| ["(", "["].map(|mark| format!("{mark}{key}"))).collect()
            }
            _ => vec![capital, capitals],
        });
    }
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// Every way to print the letters of a folded key: folding unites letters that sites print in more than one way.
fn printed(key: &str) -> Vec<String> {
    key.chars().fold(vec![String::new()], |beginnings, c| {
        let with = |letter: char| beginnings.iter().map(move |beginning| format!("{beginning}{letter}"));
        std::iter::once(c).chain(unfolded(c).chars()).flat_map(with).collect()
    })
}
