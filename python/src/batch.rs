//! Many documents at once: on so many threads, with the interpreter's lock released, and with an ear for Ctrl-C.
//!
//! Each batch makes its own threads, so that nothing is left of them which a fork could break.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// Bytes of text that are worth a thread: they take 5 ms, and to start a thread takes 0.05.
const SHARE: usize = 64 * 1024;

/// What a document counts beside its bytes: to hand it over and to keep the answer takes as long as some bytes of text.
const EACH: usize = 16;

/// How long Ctrl-C may have to wait, one document aside.
const PATIENCE: Duration = Duration::from_millis(100);

/// What `judge` says of each of `count` documents, in order; `bytes` tells their sizes.
///
/// # Errors
/// What a signal handler raises, `KeyboardInterrupt` above all.
pub(crate) fn map<R: Send>(
    py: Python<'_>,
    threads: usize,
    count: usize,
    bytes: impl Fn(usize) -> usize,
    judge: impl Fn(usize) -> R + Sync,
) -> PyResult<Vec<R>> {
    let shares = shares(count, bytes);
    py.detach(|| {
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let done = Mutex::new(Vec::with_capacity(shares.len()));
        let work = |between: &mut dyn FnMut() -> PyResult<()>| -> PyResult<()> {
            while !stop.load(Ordering::Relaxed) {
                let share = next.fetch_add(1, Ordering::Relaxed);
                let Some([from, to]) = shares.get(share) else { break };
                let results: Vec<R> = (*from..*to).map(&judge).collect();
                done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((share, results));
                between().inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            }
            Ok(())
        };
        let mut asked = Instant::now();
        let mut signals = || match asked.elapsed() > PATIENCE {
            true => {
                asked = Instant::now();
                Python::attach(|py| py.check_signals())
            }
            false => Ok(()),
        };
        thread::scope(|scope| {
            let others = threads.min(shares.len()).saturating_sub(1);
            // Where the system has no more threads to give, there are fewer.
            let others =
                (0..others).map_while(|_| thread::Builder::new().spawn_scoped(scope, || work(&mut || Ok(()))).ok());
            let others: Vec<_> = others.collect();
            let outcome = work(&mut signals);
            for other in others {
                other.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            }
            outcome
        })?;
        let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        done.sort_by_key(|(share, _)| *share);
        Ok(done.into_iter().flat_map(|(_, results)| results).collect())
    })
}

/// Neighbouring documents, together of the size of a share: the first, and the one behind the last.
fn shares(count: usize, bytes: impl Fn(usize) -> usize) -> Vec<[usize; 2]> {
    let mut shares = Vec::new();
    let (mut from, mut size) = (0, 0);
    for document in 0..count {
        size += bytes(document) + EACH;
        if size >= SHARE || document + 1 == count {
            shares.push([from, document + 1]);
            (from, size) = (document + 1, 0);
        }
    }
    shares
}
