//! Keeps a defect that one document uncovers from stopping the run: a panic becomes an error with one line.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Lets [`guarded`] report panics on its own; without this the default hook prints them as well.
pub(crate) fn install_hook() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if GUARDED.get() {
            let place = info.location().map(|l| format!(" at {l}")).unwrap_or_default();
            let payload = info.payload();
            let owned = payload.downcast_ref::<String>().map(String::as_str);
            let what = owned.or(payload.downcast_ref::<&str>().copied()).unwrap_or("panic");
            // Failed assertions have several lines; a message to the user has one.
            let what = what.lines().map(str::trim).collect::<Vec<_>>().join("; ");
            MESSAGE.with_borrow_mut(|message| *message = format!("{what}{place}"));
        } else {
            default(info);
        }
    }));
}

/// Runs `work`; a panic in it comes back as its message.
///
/// Unwind safety: `work` must leave nothing behind that outlives the panic. A `Cleaner` has no state to leave.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|_| MESSAGE.take())
}
