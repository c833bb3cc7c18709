//! Figures of several rounds: their median, and how far they lie apart.

/// What the rounds have shown, in one unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a round.
    pub(crate) fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle one; of an even number the mean of the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            count if count % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            _ => sorted[middle],
        }
    }

    /// Round by round, by the same rounds of `reference`.
    pub(crate) fn by(&self, reference: &Self) -> Self {
        let rounds = self.0.iter().zip(&reference.0);
        Self(rounds.map(|(ours, theirs)| ours / theirs).collect())
    }

    /// The median, and in brackets the least and the greatest.
    pub(crate) fn show(&self, decimals: usize) -> String {
        let sorted = self.sorted();
        let (Some(least), Some(greatest)) = (sorted.first(), sorted.last()) else {
            return "–".to_owned();
        };
        let median = self.median();
        format!("{median:.decimals$} ({least:.decimals$}–{greatest:.decimals$})")
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

impl FromIterator<f64> for Figures {
    fn from_iter<T: IntoIterator<Item = f64>>(figures: T) -> Self {
        Self(figures.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn the_median_stands_in_the_middle_whatever_the_order() {
        let of = |figures: &[f64]| figures.iter().copied().collect::<Figures>();
        assert!((of(&[3.0, 1.0, 2.0]).median() - 2.0).abs() < 1e-9);
        assert!((of(&[4.0, 1.0, 3.0, 2.0]).median() - 2.5).abs() < 1e-9);
        assert_eq!(of(&[3.0, 1.0, 2.5]).show(1), "2.5 (1.0–3.0)");
        assert_eq!(of(&[]).show(1), "–");
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let (ours, theirs) = ([2.0, 30.0], [1.0, 10.0]);
        let ours: Figures = ours.into_iter().collect();
        let ratio = ours.by(&theirs.into_iter().collect());
        assert!((ratio.median() - 2.5).abs() < 1e-9);
    }
}
