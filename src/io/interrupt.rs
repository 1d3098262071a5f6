//! Ctrl-C: what is being written leaves no trace, and the run ends with status 130.
//!
//! The temporary files of this process are entered in a list. On SIGINT, SIGTERM or SIGHUP (a thread of its own waits
//! for them) those in the list are deleted, and the process ends. A gate keeps the list and the folders in step: files
//! are made, renamed and entered with the gate held open, the ending closes it for good.
//!
//! The handler is installed with the first temporary file. A filter, which has none, dies of the signal as any other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError, RwLock, RwLockReadGuard};

/// 128 and the number of SIGINT, as shells tell that a program was interrupted.
const STATUS: i32 = 130;

static GATE: RwLock<()> = RwLock::new(());
static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// As long as this lives, no signal ends the process. To be kept for single steps only, and never two in one thread.
pub(crate) struct Hold {
    _gate: RwLockReadGuard<'static, ()>,
}

/// Keeps the process from being ended by a signal; waits forever if one is ending it.
pub(crate) fn hold() -> Hold {
    static INSTALLED: Once = Once::new();
    // Where a signal is ignored (`nohup`) or a handler cannot be had, signals do what they did: the next run sweeps up.
    INSTALLED.call_once(|| _ = ctrlc::try_set_handler(end));
    Hold { _gate: GATE.read().unwrap_or_else(PoisonError::into_inner) }
}

impl Hold {
    /// From now on the file is deleted if the process ends early.
    pub(crate) fn add(&self, path: &Path) {
        FILES.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    /// The file has its own name now, or is gone.
    pub(crate) fn remove(&self, path: &Path) {
        FILES.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

fn end() {
    let _closed = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for path in FILES.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = fs::remove_file(path);
    }
    std::process::exit(STATUS);
}
