//! Work on many items at once, results in order, memory bounded by two batches.

use std::mem;

use rayon::prelude::*;

use super::io_error;
use crate::Error;

/// Into how many shares a batch is cut at least. Threads that have nothing to do take over shares; with the four that two
/// threads would make by themselves, one waits at the end of each batch for a share of a quarter.
const SHARES: usize = 32;

/// Puts every item through `work` on all threads of the current pool and hands the results to `sink` in the order
/// of the items.
///
/// While one batch is worked on, the results of the one before go to `sink` and the one after is fetched by `next`
/// (`None` ends it), so that reading and writing cost no time of their own. The first error ends everything.
pub(crate) fn in_order<T: Send, R: Send, E: Send>(
    mut next: impl FnMut() -> Result<Option<Vec<T>>, E> + Send,
    work: impl Fn(T) -> R + Sync,
    mut sink: impl FnMut(Vec<R>) -> Result<(), E> + Send,
) -> Result<(), E> {
    let mut done = Vec::new();
    let mut batch = next()?;
    while let Some(items) = batch {
        let finished = mem::take(&mut done);
        let most = items.len().div_ceil(SHARES);
        let (results, fetched) = rayon::join(
            || items.into_par_iter().with_max_len(most).map(&work).collect::<Vec<R>>(),
            || sink(finished).map(|()| next()),
        );
        batch = match fetched? {
            Ok(batch) => batch,
            Err(error) => {
                // What was worked on already is not lost because the reading failed.
                sink(results)?;
                return Err(error);
            }
        };
        done = results;
    }
    sink(done)
}

/// Runs `work` in a pool of that many threads; 0 stands for one per core.
pub(crate) fn in_pool<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| io_error("--threads", &std::io::Error::other(e)))?;
    Ok(pool.install(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_an_error_ends_it() {
        for fail_at in [None, Some(3)] {
            let (mut fetched, mut seen) = (0, Vec::new());
            let result = in_order(
                || {
                    fetched += 1;
                    if Some(fetched) == fail_at {
                        return Err("stop");
                    }
                    Ok((fetched <= 5).then(|| (0..100).map(|i| fetched * 1000 + i).collect()))
                },
                |item: i32| item * 2,
                |results| {
                    seen.extend(results);
                    Ok(())
                },
            );
            assert!(seen.is_sorted());
            assert_eq!((result, seen.len()), if fail_at.is_some() { (Err("stop"), 200) } else { (Ok(()), 500) });
        }
    }
}
