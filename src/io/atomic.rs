//! Files that appear whole or not at all: written under a temporary name in the same folder, then renamed.
//!
//! Nothing is forced to disk (`fsync`): a file that a power cut takes can be made again, and forcing costs 5 to 20
//! times the rest of the work.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

/// How temporary names begin; the walk passes over such files, which only a killed run leaves behind.
pub(crate) const PREFIX: &str = ".dechrome-";
/// How temporary names end.
pub(crate) const SUFFIX: &str = ".tmp";

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    place: Place,
    permissions: Option<fs::Permissions>,
}

#[derive(Debug)]
enum Place {
    /// Written under the temporary name, to be renamed to the path.
    Temporary(TempPath, PathBuf),
    /// The same, but what is written so far survives the end of the run.
    Kept(PathBuf, PathBuf),
    /// A device or pipe, which cannot be replaced by a file.
    Direct,
}

/// A file that is written and only has to take its name.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ready(Place);

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
                return Ok(Draft { file, place: Place::Direct, permissions: None });
            }
            // Through a symlink, the file that it leads to is replaced, not the link.
            Ok(_) => fs::canonicalize(path)?,
            Err(_) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Err(_) => path.to_owned(),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = match temporary_in(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                temporary_in(folder)
            }
            result => result,
        };
        let (file, path) = temporary?.into_parts();
        if let Some(like) = like {
            keep_owner(&file, like);
        }
        Ok(Draft { file, place: Place::Temporary(path, target), permissions: like.map(Metadata::permissions) })
    }

    /// Begins the file `path` under the name [`partial`], where it stays if the run ends too soon, or continues it there.
    /// A device or pipe is written to as in [`Draft::new`].
    pub(crate) fn kept(path: &Path, continues: bool) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Draft::new(path, None);
        }
        let partial = partial(path);
        let file = OpenOptions::new().append(true).create(true).open(&partial)?;
        if !continues {
            file.set_len(0)?;
        }
        Ok(Draft { file, place: Place::Kept(partial, path.to_owned()), permissions: None })
    }

    /// The path that the file will have: the real one if it replaces a file.
    pub(crate) fn target(&self) -> Option<&Path> {
        match &self.place {
            Place::Temporary(_, target) | Place::Kept(_, target) => Some(target),
            Place::Direct => None,
        }
    }

    /// Appends what is left of `source`; the system copies without this program reading it, where it can.
    pub(crate) fn copy(&mut self, source: &mut File) -> io::Result<()> {
        io::copy(source, &mut self.file).map(drop)
    }

    /// Puts `source` in the place of what was written.
    pub(crate) fn replace(&mut self, source: &mut File) -> io::Result<()> {
        self.file.rewind()?;
        self.file.set_len(0)?;
        self.copy(source)
    }

    /// The file is complete.
    pub(crate) fn ready(self) -> io::Result<Ready> {
        if let Some(permissions) = self.permissions {
            self.file.set_permissions(permissions)?;
        }
        Ok(Ready(self.place))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Ready {
    /// Gives the file its name; what had the name before is gone in the same instant.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.0 {
            Place::Temporary(path, target) => path.persist(target).map_err(|e| e.error),
            Place::Kept(path, target) => fs::rename(path, target),
            Place::Direct => Ok(()),
        }
    }
}

/// The name of a file that is not complete and that a later run can continue.
pub(crate) fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets; the umask takes its share.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Without the right to give files away the file stays the user's own, as with `sed -i`.
#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_other = |own: Metadata| own.uid() != like.uid() || own.gid() != like.gid();
    if file.metadata().is_ok_and(is_other) {
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

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
}
