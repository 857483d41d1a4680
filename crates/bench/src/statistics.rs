//! A statistical summary of several measurements.

/// The summary of the measurements of one value, in one unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    /// The 10th percentile. `high` is the 90th percentile.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) runs: usize,
}

impl Summary {
    /// Summarizes measurements. Returns `None` for an empty list.
    pub(crate) fn from_samples(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let last = values.len().checked_sub(1)?;
        let at = |tenths: usize| values[(last * tenths + 5) / 10];
        Some(Self { median: at(5), low: at(1), high: at(9), runs: values.len() })
    }

    /// Returns the summary of a measurement that does not vary between runs.
    pub(crate) fn exactly(value: f64) -> Self {
        Self { median: value, low: value, high: value, runs: 1 }
    }

    /// Returns the distance from `low` to `high`, divided by the median.
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
