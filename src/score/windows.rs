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

    /// Hands the means around a row to `put`.
    pub fn around(&self, row: usize, names: &[Names; N], put: &mut impl FnMut(&'static str, i32)) {
        let rows = self.sums.len() - 1;
        let above = |size: usize| self.means(row.saturating_sub(size), row);
        let below = |size: usize| self.means(row + 1, rows.min(row + 1 + size));
        let [near, middle, far] = WINDOWS;
        let (near, middle, far) =
            ((above(near), below(near)), (above(middle), below(middle)), (above(far), below(far)));
        let (first, last) = (self.means(0, row), self.means(row + 1, rows));
        let means = [near.0, near.1, middle.0, middle.1, far.0, far.1, first, last];
        for (value, names) in names.iter().enumerate() {
            for (name, means) in names.iter().zip(&means) {
                put(name, means[value]);
            }
        }
    }

    /// The mean of each value over rows, rounded towards zero; [`NONE`] over no rows.
    ///
    /// With 88 means for each row, the machine's division would take most of the time: by the sizes of whole windows the
    /// compiler knows better, and for the others the upper half of a product with 2^64 / rows, rounded up, is the
    /// quotient of any number of 32 bits.
    fn means(&self, from: usize, to: usize) -> [i32; N] {
        let (upper, lower) = (&self.sums[from.min(to)], &self.sums[to]);
        let sums: [i32; N] = std::array::from_fn(|value| lower[value].wrapping_sub(upper[value]));
        match to.saturating_sub(from) {
            0 => [NONE; N],
            1 => sums,
            4 => sums.map(|sum| sum / 4),
            12 => sums.map(|sum| sum / 12),
            rows => {
                let reciprocal = u64::MAX / rows as u64 + 1;
                sums.map(|sum| {
                    let quotient = (u128::from(sum.unsigned_abs()) * u128::from(reciprocal)) >> 64;
                    if sum < 0 { -(quotient as i32) } else { quotient as i32 }
                })
            }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn means_are_quotients(sum: i32, rows in 1_usize..3000, factor in -700_000..700_000) {
            for sum in [sum, factor * rows as i32, factor * rows as i32 + 1, factor * rows as i32 - 1] {
                let mut windows = Windows { sums: vec![[0]; rows + 1] };
                windows.sums[rows] = [sum];
                prop_assert_eq!(windows.means(0, rows), [(i64::from(sum) / rows as i64) as i32]);
            }
        }
    }
}
