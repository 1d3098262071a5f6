//! Means of a row's neighbours: one window after another, above and below.

use super::features::NONE;

/// Rows of the windows above and below a row. The study that the design rests on used 3, 6 and 15.
const WINDOWS: [usize; 3] = [1, 4, 12];

/// Names of the means of one value: above and below, by window, then over the rest of the page.
pub(super) type Names = [&'static str; 8];

/// Sums of `N` values over the rows above each row. They wrap around on pages of millions of rows, where the
/// differences between rows near each other are still right.
pub(super) struct Windows<const N: usize> {
    sums: Vec<[i32; N]>,
}

impl<const N: usize> Windows<N> {
    pub fn new(rows: impl Iterator<Item = [i32; N]>) -> Windows<N> {
        let mut sums = vec![[0; N]];
        let mut sum = [0_i32; N];
        for values in rows {
            for (total, value) in sum.iter_mut().zip(values) {
                *total = total.wrapping_add(value);
            }
            sums.push(sum);
        }
        Windows { sums }
    }

    /// Mean of a value over rows.
    pub fn mean(&self, value: usize, from: usize, to: usize) -> i32 {
        if from >= to {
            return NONE;
        }
        self.sums[to][value].wrapping_sub(self.sums[from][value]) / (to - from) as i32
    }

    /// Hands the means around a row to `put`.
    pub fn around(&self, row: usize, names: &[Names; N], put: &mut impl FnMut(&'static str, i32)) {
        let rows = self.sums.len() - 1;
        for (value, names) in names.iter().enumerate() {
            let mut names = names.iter();
            let mut put = |mean: i32| {
                if let Some(name) = names.next() {
                    put(name, mean);
                }
            };
            for size in WINDOWS {
                put(self.mean(value, row.saturating_sub(size), row));
                put(self.mean(value, row + 1, rows.min(row + 1 + size)));
            }
            put(self.mean(value, 0, row));
            put(self.mean(value, row + 1, rows));
        }
    }
}

/// The names of the means of values.
macro_rules! around {
    ($($value:literal)*) => {
        [$([
            concat!($value, "-up-1"), concat!($value, "-down-1"),
            concat!($value, "-up-4"), concat!($value, "-down-4"),
            concat!($value, "-up-12"), concat!($value, "-down-12"),
            concat!($value, "-up-all"), concat!($value, "-down-all"),
        ],)*]
    };
}
pub(super) use around;
