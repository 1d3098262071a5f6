//! Values that are made when they are first asked for.

use std::sync::OnceLock;

/// The value of the cell, made with `make` if nobody has.
///
/// Unlike [`OnceLock::get_or_init`] it locks the cell only once the value is there. A process that is forked while one of its
/// threads makes the value would find the cell locked for good, for there are no other threads on that side. Threads that ask
/// at the same time may all make the value; the first one's counts.
#[inline]
pub(crate) fn get_or_make<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    match cell.get() {
        Some(value) => value,
        None => {
            let value = make();
            cell.get_or_init(|| value)
        }
    }
}
