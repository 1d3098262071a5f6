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
        let span = |from: usize, to: usize| (&self.sums[from], &self.sums[to], Divisor::of(to - from));
        let above = |size: usize| span(row.saturating_sub(size), row);
        let below = |size: usize| span(row + 1, rows.min(row + 1 + size));
        let [near, middle, far] = WINDOWS;
        let spans: [_; 8] = [
            above(near),
            below(near),
            above(middle),
            below(middle),
            above(far),
            below(far),
            span(0, row),
            span(row + 1, rows),
        ];
        for (value, names) in names.iter().enumerate() {
            for (name, (from, to, rows)) in names.iter().zip(&spans) {
                put(name, rows.mean(to[value].wrapping_sub(from[value])));
            }
        }
    }
}

/// Divides by a number of rows: with 88 means for each row, the machine's own division takes most of the time.
#[derive(Debug, Clone, Copy)]
struct Divisor {
    rows: u32,
    /// 2^64 / rows, rounded up: the upper half of a product with it is the quotient of any 32-bit number.
    reciprocal: u64,
}

/// The divisors of the windows.
const NEARBY: [Divisor; 13] = {
    let mut divisors = [Divisor::new(0); 13];
    let mut rows = 1;
    while rows < divisors.len() {
        divisors[rows] = Divisor::new(rows as u32);
        rows += 1;
    }
    divisors
};

impl Divisor {
    const fn new(rows: u32) -> Divisor {
        Divisor { rows, reciprocal: if rows > 1 { u64::MAX / rows as u64 + 1 } else { 0 } }
    }

    fn of(rows: usize) -> Divisor {
        NEARBY.get(rows).copied().unwrap_or_else(|| Divisor::new(rows as u32))
    }

    /// The mean, rounded towards zero; [`NONE`] of nothing.
    fn mean(self, sum: i32) -> i32 {
        match self.rows {
            0 => NONE,
            1 => sum,
            _ => {
                let quotient = (u128::from(sum.unsigned_abs()) * u128::from(self.reciprocal)) >> 64;
                if sum < 0 { -(quotient as i32) } else { quotient as i32 }
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
        fn means_are_quotients(sum: i32, rows in 1_u32..100_000, few in 1_u32..20) {
            for rows in [rows, few] {
                prop_assert_eq!(Divisor::of(rows as usize).mean(sum), (i64::from(sum) / i64::from(rows)) as i32);
            }
        }
    }
}
