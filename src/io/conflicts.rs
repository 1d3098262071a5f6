//! What a plan must not do: write over an input, write two results to one place, or leave the audit where the next run
//! would clean it. All of it is found out before anything is written.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::names;
use super::plan::{Destination, Input, Root, SideFile, usage};
use crate::{Error, ErrorKind};

/// An input that is named twice would be rewritten by two threads at once.
pub(super) fn refuse_overlap(inputs: &[Input]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let folders: HashSet<&Path> = inputs.iter().filter(|i| i.is_folder).map(|i| i.real.as_path()).collect();
    for input in inputs {
        if !seen.insert(input.real.as_path()) {
            return Err(usage(&input.path, "is named twice; name it once"));
        }
        if let Some(folder) = input.real.ancestors().skip(1).find(|a| folders.contains(a)) {
            let folder = names::shown(folder);
            return Err(usage(&input.path, format_args!("lies inside {folder}, which is named too; name one of them")));
        }
    }
    Ok(())
}

/// Inputs and outputs by their real paths.
pub(super) struct Known<'a> {
    folders: HashMap<&'a Path, &'a Input>,
    files: HashSet<&'a Path>,
    outputs: HashMap<PathBuf, &'a Root>,
}

impl<'a> Known<'a> {
    pub(super) fn new(inputs: &'a [Input], roots: &'a [Root], in_place: bool) -> Self {
        let real = |input: &'a Input| input.real.as_path();
        let folders = inputs.iter().filter(|i| i.is_folder).map(|i| (real(i), i)).collect();
        let files = inputs.iter().filter(|i| !i.is_folder).map(real).collect();
        // In place, every output is an input, and that is what was asked for.
        let others = roots.iter().filter(|_| !in_place);
        let outputs = others.filter_map(|root| Some((resolved(root.output.as_deref()?), root)));
        Known { folders, files, outputs: outputs.collect() }
    }

    pub(super) fn check_outputs(&self, inputs: &[Input], roots: &[Root]) -> Result<(), Error> {
        if self.outputs.is_empty() {
            return Ok(());
        }
        for root in roots {
            let Some(output) = &root.output else { continue };
            let real = resolved(output);
            if let Some(other) = self.outputs.get(&real).filter(|other| !std::ptr::eq(**other, root)) {
                let (first, second) = (names::shown(&root.path), names::shown(&other.path));
                return Err(usage(
                    output,
                    format_args!("{first} and {second} would both be written here; clean them in two runs"),
                ));
            }
            if self.files.contains(real.as_path()) {
                return Err(usage(output, "is an input itself; choose another -o (only --in-place rewrites inputs)"));
            }
            if let Some((folder, input)) = real.ancestors().find_map(|a| self.folders.get_key_value(a)) {
                let message = match *folder == real {
                    true => "is an input itself; choose another -o (only --in-place rewrites inputs)".to_owned(),
                    false => format!("lies inside the input {}; choose an -o outside of it", names::shown(&input.path)),
                };
                return Err(usage(output, message));
            }
        }
        for input in inputs {
            // An output folder that an input lies in is fine, as long as nothing is written over the input.
            if let Some(root) = self.writer_of(&input.real) {
                let root = names::shown(&root.path);
                return Err(usage(
                    &input.path,
                    format_args!("is an input, but files of {root} would be written over it; choose another -o"),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn check_side_files(&self, side_files: &[SideFile]) -> Result<(), Error> {
        let mut seen = HashMap::new();
        for (option, path) in side_files {
            if is_device(path) {
                continue;
            }
            let real = resolved(path);
            let place = format!("{option} {}", names::shown(path));
            let refuse = |message: String| Err(Error::new(ErrorKind::Usage, &place, message));
            if let Some(input) = real.ancestors().find_map(|a| self.folders.get(a)) {
                let folder = names::shown(&input.path);
                return refuse(format!("lies inside the input {folder}; choose a place outside of it"));
            }
            if self.files.contains(real.as_path()) {
                return refuse("is an input itself; choose another file".to_owned());
            }
            if let Some(root) = self.writer_of(&real) {
                return refuse(format!("{} would be written here too; choose another file", names::shown(&root.path)));
            }
            if let Some(other) = seen.insert(real, *option) {
                return refuse(format!("is the file of {other} too; choose another file"));
            }
        }
        Ok(())
    }

    /// The root whose result, or one of its files, would be written to this path.
    fn writer_of(&self, real: &Path) -> Option<&'a Root> {
        real.ancestors().find_map(|ancestor| {
            let root = self.outputs.get(ancestor)?;
            let rest = real.strip_prefix(ancestor).ok()?;
            (rest.as_os_str().is_empty() || root.path.join(rest).exists()).then_some(*root)
        })
    }
}

/// The same for a filter, whose input has no path.
pub(super) fn check_filter(destination: &Destination, side_files: &[SideFile]) -> Result<(), Error> {
    for (option, path) in side_files {
        let refuse = |message| {
            let place = format!("{option} {}", names::shown(path));
            Err(Error::new(ErrorKind::Usage, place, message))
        };
        if let Destination::To(output) = destination
            && !is_device(path)
            && resolved(output) == resolved(path)
        {
            return refuse("is the file of -o too; choose another file");
        }
    }
    Ok(())
}

/// Files that go by several names: standard input and output that lead to files, and hard links.
pub(super) fn check_identities(
    inputs: &[Input],
    destination: &Destination,
    side_files: &[SideFile],
) -> Result<(), Error> {
    let mut read: HashMap<FileId, String> = HashMap::new();
    if inputs.is_empty() {
        read.extend(standard_id(&std::io::stdin()).map(|id| (id, "standard input".to_owned())));
    }
    for input in inputs.iter().filter(|input| !input.is_folder) {
        read.extend(id_of(&input.path).map(|id| (id, names::shown(&input.path))));
    }
    let prints = matches!(destination, Destination::Stdout | Destination::Nowhere);
    let output = standard_id(&std::io::stdout()).filter(|_| prints);
    let has_folders = inputs.iter().any(|input| input.is_folder);
    let mut seen = HashSet::new();
    if let Some(input) = output.and_then(|id| read.get(&id)) {
        let message = format!("goes to {input}, which is the input itself; choose another file");
        return Err(Error::new(ErrorKind::Usage, "standard output", message));
    }
    for (option, path) in side_files {
        let id = id_of(path);
        let place = format!("{option} {}", names::shown(path));
        if id.is_some_and(|id| read.contains_key(&id)) {
            return Err(Error::new(ErrorKind::Usage, place, "is the input itself; choose another file"));
        }
        if id.is_some_and(|id| !seen.insert(id)) {
            return Err(Error::new(ErrorKind::Usage, place, "is another such file too; choose another one"));
        }
        if has_folders && id.is_some() && has_other_names(path) {
            let message = "has another name (a hard link), which may be an input; choose another file";
            return Err(Error::new(ErrorKind::Usage, place, message));
        }
        if id.is_some() && id == output {
            return Err(Error::new(ErrorKind::Usage, place, "is where standard output goes; choose another file"));
        }
    }
    Ok(())
}

/// What a file is, whatever it is called: device and number.
type FileId = (u64, u64);

#[cfg(unix)]
fn id(found: &fs::Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    found.is_file().then(|| (found.dev(), found.ino()))
}

#[cfg(unix)]
fn standard_id(stream: &impl std::os::fd::AsFd) -> Option<FileId> {
    let stream = stream.as_fd().try_clone_to_owned().ok()?;
    id(&fs::File::from(stream).metadata().ok()?)
}

#[cfg(unix)]
fn has_other_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).is_ok_and(|found| found.nlink() > 1)
}

#[cfg(not(unix))]
fn has_other_names(_: &Path) -> bool {
    false
}

#[cfg(not(unix))]
fn id(_: &fs::Metadata) -> Option<FileId> {
    None
}

#[cfg(not(unix))]
fn standard_id<T>(_: &T) -> Option<FileId> {
    None
}

fn id_of(path: &Path) -> Option<FileId> {
    id(&fs::metadata(path).ok()?)
}

/// Devices and pipes cannot be damaged.
pub(crate) fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The path without symlinks, also where it does not exist yet.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|a| Some((a, fs::canonicalize(a).ok()?)));
    let Some((ancestor, mut real)) = existing else {
        return absolute;
    };
    for part in absolute.strip_prefix(ancestor).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => _ = real.pop(),
            part => real.push(part),
        }
    }
    real
}
