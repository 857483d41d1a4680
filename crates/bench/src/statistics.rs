//! The summary of many measurements.

/// Measurements of one thing, in one unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    /// The value below which a tenth of them are, and the one above which a tenth of them are.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) runs: usize,
}

impl Summary {
    /// `None` where nothing was measured.
    pub(crate) fn from_samples(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let last = values.len().checked_sub(1)?;
        let at = |tenths: usize| values[(last * tenths + 5) / 10];
        Some(Self { median: at(5), low: at(1), high: at(9), runs: values.len() })
    }

    /// Of something that is the same every time.
    pub(crate) fn exactly(value: f64) -> Self {
        Self { median: value, low: value, high: value, runs: 1 }
    }

    /// How far the middle eight tenths are apart, in parts of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.high - self.low) / self.median
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summarizes_sorted_values_by_median_and_range() {
        let summary = Summary::from_samples((1..=11).rev().map(f64::from).collect()).expect("values");
        assert_eq!(summary, Summary { median: 6.0, low: 2.0, high: 10.0, runs: 11 });
        assert_eq!(Summary::from_samples(vec![3.0]), Some(Summary::exactly(3.0)));
        assert_eq!(Summary::from_samples(Vec::new()), None);
        assert!((summary.spread() - 8.0 / 6.0).abs() < 1e-9);
    }
}
