//! What is demanded, beside what was measured.

use crate::console::{columns, heading, row, say};

/// How far a figure may go.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// The demands that this run has looked at.
#[derive(Default)]
pub(crate) struct Verdicts(Vec<Verdict>);

struct Verdict {
    demand: String,
    figure: f64,
    bound: Bound,
    unit: &'static str,
}

impl Verdicts {
    /// Adds a demand and the figure that it is about.
    pub(crate) fn add(
        &mut self,
        demand: impl Into<String>,
        figure: f64,
        bound: Bound,
        unit: &'static str,
    ) {
        let demand = demand.into();
        self.0.push(Verdict {
            demand,
            figure,
            bound,
            unit,
        });
    }

    /// Prints all of them.
    pub(crate) fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        heading("What is demanded", "Medians of this run.");
        columns(&["demand", "measured", "bound", ""]);
        for verdict in &self.0 {
            let Verdict { figure, unit, .. } = verdict;
            let bound = match verdict.bound {
                Bound::AtLeast(bound) => format!("≥ {bound}{unit}"),
                Bound::AtMost(bound) => format!("≤ {bound}{unit}"),
            };
            let word = if verdict.is_met() { "ok" } else { "MISSED" };
            let demand = verdict.demand.clone();
            row([demand, format!("{figure:.2}{unit}"), bound, word.to_owned()]);
        }
        let met = self.0.iter().filter(|verdict| verdict.is_met()).count();
        say(&format!("\n{met} of {} met", self.0.len()));
    }
}

impl Verdict {
    /// Whether it is met. What could not be measured is not.
    fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(bound) => self.figure >= bound,
            Bound::AtMost(bound) => self.figure <= bound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Verdict};

    #[test]
    fn a_figure_that_is_none_meets_nothing() {
        let is_met = |figure, bound| {
            let (demand, unit) = (String::new(), "");
            Verdict {
                demand,
                figure,
                bound,
                unit,
            }
            .is_met()
        };
        assert!(is_met(0.6, Bound::AtLeast(0.6)));
        assert!(!is_met(0.59, Bound::AtLeast(0.6)));
        assert!(is_met(1.7, Bound::AtMost(1.7)));
        assert!(!is_met(f64::NAN, Bound::AtMost(1.7)));
        assert!(!is_met(f64::NAN, Bound::AtLeast(0.6)));
    }
}
