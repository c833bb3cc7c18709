//! What was asked, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

/// Counts of answers by what was asked and how it was answered.
#[derive(Default)]
pub(super) struct Report {
    counts: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Report {
    pub(super) fn count(&mut self, what: &str, answer: &str) {
        let answers = self.counts.entry(what.to_owned()).or_default();
        *answers.entry(answer.to_owned()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        for (what, answers) in other.counts {
            let here = self.counts.entry(what).or_default();
            for (answer, count) in answers {
                *here.entry(answer).or_default() += count;
            }
        }
    }

    /// How many answers of this kind there were, whatever was asked.
    pub(super) fn total(&self, answer: &str) -> usize {
        self.counts
            .values()
            .filter_map(|answers| answers.get(answer))
            .sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, answers) in &self.counts {
            writeln!(f, "{what}: {answers:?}")?;
        }
        Ok(())
    }
}
