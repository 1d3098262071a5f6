//! Files that appear whole or not at all: written under a temporary name in the same folder, then renamed.
//!
//! Nothing is forced to disk (`fsync`): a file that a power cut takes can be made again, and forcing costs 5 to 20
//! times the rest of the work.
//!
//! A temporary file is locked as long as its writer lives. So [`sweep`] can tell what a killed run left behind from what
//! another run is writing.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{interrupt, names};
use crate::report::summary::BEGIN as REPORT;

/// How temporary names begin; the walk passes over such files.
const PREFIX: &str = ".dechrome-";
/// How temporary names end.
const SUFFIX: &str = ".tmp";
/// How many random letters and digits stand between the two.
const RANDOM: usize = 6;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    place: Place,
    permissions: Option<fs::Permissions>,
    original: Option<Stamp>,
}

#[derive(Debug)]
enum Place {
    /// Written under the temporary name, to be renamed to the path.
    Temporary(Temporary, PathBuf),
    /// Written under the name [`partial`], where it stays if the run ends too soon, to be renamed to the path.
    Kept(File, PathBuf),
    /// A device or pipe, which cannot be replaced by a file.
    Direct(File),
}

/// A file that is written and only has to take its name.
///
/// It stays open, for its lock: whoever collects many of them needs as many file handles.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ready {
    place: Place,
    original: Option<Stamp>,
}

impl Draft {
    /// Begins the file `path`; folders on the way are made. It gets the permissions (and, where the system allows
    /// it, the owner) of the file `like`.
    pub(crate) fn new(path: &Path, like: Option<&Metadata>) -> io::Result<Self> {
        // Pipes have permissions too, but none that a file should have.
        let like = like.filter(|like| like.is_file());
        let target = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(path)?;
                return Ok(Draft { place: Place::Direct(file), permissions: None, original: None });
            }
            // Through a symlink, the file that it leads to is replaced, not the link.
            Ok(_) => fs::canonicalize(path)?,
            Err(_) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Err(_) => path.to_owned(),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (temporary, made) = match Temporary::new(folder, like.is_some()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                Temporary::new(folder, like.is_some())
            }
            result => result,
        }?;
        if let Some(like) = like {
            keep_owner(&temporary.file, &made, like);
        }
        let permissions = like.map(Metadata::permissions);
        Ok(Draft { place: Place::Temporary(temporary, target), permissions, original: None })
    }

    /// Begins the file `path` under the name [`partial`], where it stays if the run ends too soon, or continues it there.
    /// A device or pipe is written to as in [`Draft::new`].
    pub(crate) fn kept(path: &Path, continues: bool) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Draft::new(path, None);
        }
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let partial = partial(&path);
        if !continues && !is_begun(&partial)? {
            return Err(foreign(&partial));
        }
        let file = OpenOptions::new().append(true).create(true).open(partial)?;
        if !continues {
            file.set_len(0)?;
        }
        Ok(Draft { place: Place::Kept(file, path), permissions: None, original: None })
    }

    /// The file will replace only what `original` was taken of: whatever another program has written there since then
    /// stays.
    pub(crate) fn replacing(self, original: &Metadata) -> Self {
        Draft { original: Some(Stamp::of(original)), ..self }
    }

    /// Appends what is left of `source`; the system copies without this program reading it, where it can.
    pub(crate) fn copy(&mut self, source: &mut File) -> io::Result<()> {
        io::copy(source, self.file()).map(drop)
    }

    /// Gives the file up; nothing is left of it.
    pub(crate) fn discard(self) -> io::Result<()> {
        match self.place {
            Place::Kept(_, target) => fs::remove_file(partial(&target)),
            Place::Temporary(..) | Place::Direct(_) => Ok(()),
        }
    }

    /// Puts `source` in the place of what was written.
    pub(crate) fn replace(&mut self, source: &mut File) -> io::Result<()> {
        self.file().rewind()?;
        self.file().set_len(0)?;
        self.copy(source)
    }

    /// The file is complete.
    pub(crate) fn ready(mut self) -> io::Result<Ready> {
        if let Some(permissions) = self.permissions.take() {
            self.file().set_permissions(permissions)?;
        }
        Ok(Ready { place: self.place, original: self.original })
    }

    fn file(&mut self) -> &mut File {
        match &mut self.place {
            Place::Temporary(temporary, _) => &mut temporary.file,
            Place::Kept(file, _) | Place::Direct(file) => file,
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Ready {
    /// Gives the file its name; what had the name before is gone in the same instant.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.place {
            Place::Temporary(_, target) if self.original.is_some_and(|original| original.is_gone(&target)) => {
                Err(io::Error::other("was changed by another program meanwhile; left as that left it, run again"))
            }
            Place::Temporary(temporary, target) => temporary.rename(&target),
            Place::Kept(_, target) => fs::rename(partial(&target), target),
            Place::Direct(_) => Ok(()),
        }
    }
}

/// What another program cannot well write to a file, or put in its place, without changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Device and number, where files have such.
    identity: (u64, u64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Stamp { length: metadata.len(), modified: metadata.modified().ok(), identity }
    }

    /// Whether the file is no longer what the stamp is of.
    fn is_gone(&self, path: &Path) -> bool {
        !fs::metadata(path).is_ok_and(|now| Stamp::of(&now) == *self)
    }
}

/// A file under a temporary name: locked, and gone with this value or with the process, unless it was renamed.
#[derive(Debug)]
struct Temporary {
    file: File,
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    /// The file and what is known of it. A private one is for its owner alone until it gets the permissions of the file that it replaces.
    fn new(folder: &Path, is_private: bool) -> io::Result<(Self, Metadata)> {
        loop {
            let path = folder.join(temporary_name());
            let hold = interrupt::hold();
            let file = match create_new(&path, is_private) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                result => result?,
            };
            hold.add(&path);
            drop(hold);
            let temporary = Temporary { file, path, renamed: false };
            let found = match temporary.file.try_lock() {
                Ok(()) => fs::symlink_metadata(&temporary.path).ok(),
                // Without locks: nobody sweeps then.
                Err(TryLockError::Error(_)) => Some(temporary.file.metadata()?),
                Err(TryLockError::WouldBlock) => None,
            };
            // Else, between the making and the locking, another run has swept it away, or is about to.
            if let Some(found) = found {
                return Ok((temporary, found));
            }
        }
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        let hold = interrupt::hold();
        let result = fs::rename(&self.path, target);
        if result.is_ok() {
            hold.remove(&self.path);
            self.renamed = true;
        }
        // Before `self`, which needs a hold of its own if it was not renamed.
        drop(hold);
        result
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            let hold = interrupt::hold();
            let _ = fs::remove_file(&self.path);
            hold.remove(&self.path);
        }
    }
}

/// Whether this is what a run has left under the name [`partial`], or not there.
pub(crate) fn is_begun(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(REPORT.len() as u64).read_to_end(&mut head)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(REPORT.starts_with(&head))
}

/// The error for something else under the name [`partial`].
pub(crate) fn foreign(path: &Path) -> io::Error {
    io::Error::other(format!("{} is there, and not of an earlier run; move it away", names::shown(path)))
}

/// The name of a file that is not complete and that a later run can continue.
pub(crate) fn partial(path: &Path) -> PathBuf {
    // Beside the file that a link leads to.
    let mut name = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".partial");
    PathBuf::from(name)
}

fn create_new(path: &Path, is_private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    options.open(path)
}

/// A name that no other file has, as good as certainly.
fn temporary_name() -> String {
    // The standard library has no random numbers but these keys, which are enough for a name.
    let random = RandomState::new().hash_one(std::process::id());
    let digit = |at: usize| char::from(b"abcdefghijklmnopqrstuvwxyz012345"[(random >> (5 * at)) as usize % 32]);
    let digits: String = (0..RANDOM).map(digit).collect();
    format!("{PREFIX}{digits}{SUFFIX}")
}

/// Whether a file with this name is a temporary file of a run, perhaps one that was killed.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

/// Deletes the temporary files in `folder` (not below it) whose writers are dead. What it cannot find out about, it
/// leaves.
pub(crate) fn sweep(folder: &Path) {
    // A file that only looks like a temporary one may be somebody's work.
    let length = PREFIX.len() + RANDOM + SUFFIX.len();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = is_temporary(&name) && name.len() == length;
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        // Some network file systems lock only what can be written.
        let file = OpenOptions::new().write(true).open(&path).or_else(|_| File::open(&path));
        if let Ok(file) = file
            && file.try_lock().is_ok()
        {
            // With the lock held: a writer that was just about to take it makes itself another file.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Without the right to give files away the file stays the user's own, as with `sed -i`.
#[cfg(unix)]
fn keep_owner(file: &File, made: &Metadata, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if made.uid() != like.uid() || made.gid() != like.gid() {
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata, _: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/a.txt");
        let mut draft = Draft::new(&path, None).unwrap();
        draft.write_all(b"half").unwrap();
        drop(draft);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
        let mut draft = Draft::new(&path, None).unwrap();
        draft.write_all(b"whole").unwrap();
        let ready = draft.ready().unwrap();
        assert!(!path.exists());
        ready.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(Draft::new(folder.path(), None).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("file", &link).unwrap();
        let mut draft = Draft::new(&link, Some(&fs::metadata(&file).unwrap())).unwrap();
        draft.write_all(b"new").unwrap();
        draft.ready().unwrap().commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
    #[test]
    fn the_sweep_takes_what_dead_writers_left_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut draft = Draft::new(&at("a.txt"), None).unwrap();
        draft.write_all(b"being written").unwrap();
        let ready = Draft::new(&at("b.txt"), None).unwrap().ready().unwrap();
        fs::create_dir_all(at("below/.dechrome-Abcde2.tmp")).unwrap();
        for name in [".dechrome-Abcde1.tmp", ".dechrome-my-notes.tmp", "page.tmp", "below/.dechrome-Abcde1.tmp"] {
            fs::write(at(name), "left over").unwrap();
        }
        sweep(folder.path());
        sweep(&at("no such folder"));
        assert!(!at(".dechrome-Abcde1.tmp").exists());
        for name in [".dechrome-my-notes.tmp", "page.tmp", "below/.dechrome-Abcde1.tmp", "below/.dechrome-Abcde2.tmp"] {
            assert!(at(name).exists(), "{name}");
        }
        draft.ready().unwrap().commit().unwrap();
        ready.commit().unwrap();
        assert_eq!(fs::read(at("a.txt")).unwrap(), b"being written");
        assert!(at("b.txt").exists());
    }

    #[test]
    fn writers_and_sweepers_do_not_disturb_each_other() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let sweeper = scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    sweep(folder.path());
                }
            });
            for number in 0..2000 {
                let mut draft = Draft::new(&folder.path().join(number.to_string()), None).unwrap();
                draft.write_all(b"whole").unwrap();
                draft.ready().unwrap().commit().unwrap();
            }
            done.store(true, Ordering::Relaxed);
            sweeper.join().unwrap();
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2000);
    }
}
