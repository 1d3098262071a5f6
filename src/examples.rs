//! Runs the examples of pattern files: what must be removed goes, near-misses stay.

use crate::patterns::{Anchor, Example, Examples, Extent, Rule, Strength, Zone};
use crate::{Cleaner, Error, ErrorKind, PatternSet};

impl PatternSet {
    /// Runs every example of the set's files; one error for each that fails. Cleans one small document an example.
    ///
    /// An example is put where its rule's zone is: above, between or below paragraphs of its language's
    /// `prose`; below, too, if it takes more than a title under it. In
    /// `remove` examples every line must go, in `keep` examples every line must stay. In `remove` examples of rules
    /// for spans inside a line, what stands between `{{` and `}}` must go, and the rest must stay.
    pub fn check(&self) -> Vec<Error> {
        let cleaner = match Cleaner::builder().patterns(self.clone()).max_removed(100.0).build() {
            Ok(cleaner) => cleaner,
            Err(error) => return vec![error],
        };
        let examples = self.examples();
        let fails = |example: &Example| self.run(&cleaner, &examples, example).err();
        examples.all.iter().filter_map(fails).collect()
    }

    fn run(&self, cleaner: &Cleaner, examples: &Examples, example: &Example) -> Result<(), Error> {
        let rule = self.rule(example.rule);
        if rule.disabled {
            return Ok(());
        }
        let fail = |message: String| {
            let message = format!("rule \"{}\": {message}: {:?}", rule.id, example.text);
            Err(Error::new(ErrorKind::Pattern, self.place(example.place), message))
        };
        let prose = examples.prose(example.language);
        let Some((first, rest)) = prose.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return fail("examples need two paragraphs of \"prose\" in [language] of this or an earlier file".into());
        };
        let rest = rest.join("\n\n");
        if rule.inside().is_some() {
            let Some((printed, expected)) = unmark(&example.text).filter(|(p, e)| (p != e) == example.remove) else {
                return fail("what goes must stand between \"{{\" and \"}}\", and only in \"remove\"".into());
            };
            let cleaned = cleaner.clean(&format!("{first}\n\n{printed}\n\n{rest}\n")).into_text().into_owned();
            let around = (format!("{first}\n\n"), format!("\n\n{rest}\n"));
            let left = cleaned.strip_prefix(&around.0).and_then(|left| left.strip_suffix(&around.1));
            return match left.filter(|left| *left == expected) {
                Some(_) => Ok(()),
                None => fail(format!("must leave {expected:?}, but leaves {:?}", left.unwrap_or(&cleaned))),
            };
        }
        let (above, below) = match rule.zone {
            Zone::Head => (String::new(), format!("{first}\n\n{rest}\n")),
            Zone::Any if rule.extent <= Extent::Title => (format!("{first}\n\n"), format!("{rest}\n")),
            _ => (format!("{first}\n\n{rest}\n\n"), String::new()),
        };
        // What goes only where the page holds other chrome gets some.
        let needs_company = rule.strength < Strength::Sure;
        let company = match self.sure_line().filter(|_| example.remove && needs_company) {
            Some(line) => format!("{line}\n"),
            None => String::new(),
        };
        let text = format!("{above}{company}{}\n{}{below}", example.text, if below.is_empty() { "" } else { "\n" });
        let cleaned = cleaner.clean(&text);
        let left = cleaned.text();
        if example.remove && left.len() > above.len() + below.len() {
            return fail(format!(
                "must be removed, but this is left: {:?}",
                left[above.len().min(left.len())..].trim_end_matches(&below).trim()
            ));
        }
        if !example.remove && left != text {
            return fail("must be kept, but something was removed".into());
        }
        Ok(())
    }

    /// A line that goes wherever it stands.
    fn sure_line(&self) -> Option<&str> {
        let sure = |rule: &Rule| {
            let whole_line = rule.guards().is_some_and(|g| g.anchor == Anchor::Line && !g.number);
            whole_line
                && !rule.disabled
                && (rule.zone, rule.extent, rule.strength) == (Zone::Any, Extent::Line, Strength::Sure)
        };
        self.phrases().map(|(phrase, _)| phrase).find(|p| sure(self.rule(p.rule))).map(|p| p.text)
    }
}

impl Examples {
    fn prose(&self, language: usize) -> &[String] {
        let own = &self.prose[language];
        let any = || self.prose.iter().map(Vec::as_slice).find(|prose| !prose.is_empty());
        if own.is_empty() { any().unwrap_or_default() } else { own }
    }
}

/// An example of a rule for spans as it is printed, and what must be left of it.
fn unmark(example: &str) -> Option<(String, String)> {
    let mut parts = example.split("{{");
    let before = parts.next().unwrap_or_default();
    let (mut printed, mut left) = (before.to_owned(), before.to_owned());
    for part in parts {
        let (gone, kept) = part.split_once("}}")?;
        printed.extend([gone, kept]);
        left.push_str(kept);
    }
    Some((printed, left))
}
