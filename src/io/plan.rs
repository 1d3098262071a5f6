//! From the paths of the command line to a plan: what is read, where each result goes, how documents are called.
//! Whatever would damage an input or lose an output is refused here, before anything is written.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{io_error, names};
use crate::{Error, ErrorKind};

/// Where the results go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To standard output.
    Stdout,
    /// To this file, or into this folder.
    To(PathBuf),
    /// Over the inputs.
    InPlace,
    /// Nowhere: `--check` and `--diff`.
    Nowhere,
}

/// An input: a file or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The path as typed.
    pub(crate) path: PathBuf,
    /// Whether it is a folder.
    pub(crate) is_folder: bool,
    /// The file or folder to write, if any.
    pub(crate) output: Option<PathBuf>,
    /// The path in the cleaned tree, which audit records use.
    pub(crate) doc: PathBuf,
}

/// A file or folder beside the documents that is written too: the option and the path.
pub(crate) type SideFile<'a> = (&'static str, &'a Path);

struct Input {
    path: PathBuf,
    /// Absolute and without symlinks.
    real: PathBuf,
    is_folder: bool,
}

/// Makes the plan. Inputs that do not exist do not stop it: they come back as errors.
pub(crate) fn plan(
    paths: &[PathBuf],
    destination: &Destination,
    side_files: &[SideFile<'_>],
) -> Result<(Vec<Root>, Vec<Error>), Error> {
    let mut inputs = Vec::new();
    let mut missing = Vec::new();
    for path in paths {
        match fs::metadata(path).and_then(|found| Ok((found, fs::canonicalize(path)?))) {
            Ok((found, real)) => inputs.push(Input {
                path: path.clone(),
                real,
                is_folder: found.is_dir(),
            }),
            Err(error) => missing.push(io_error(names::shown(path), &error)),
        }
    }
    let roots = match destination {
        Destination::To(out) => output_roots(&inputs, paths.len() > 1, out)?,
        Destination::InPlace => {
            refuse_overlap(&inputs)?;
            roots_at_home(&inputs, true)
        }
        Destination::Nowhere => roots_at_home(&inputs, false),
        Destination::Stdout => {
            if let Some(folder) = inputs.iter().find(|input| input.is_folder) {
                return Err(usage(
                    &folder.path,
                    "is a folder: say where to write with -o DIR, or use --in-place, --check or --diff",
                ));
            }
            if paths.len() > 1 {
                let message = "several inputs: say where to write with -o DIR, or use --in-place, --check or --diff";
                return Err(Error::new(ErrorKind::Usage, "", message));
            }
            roots_at_home(&inputs, false)
        }
    };
    let known = Known::new(&inputs, &roots, *destination == Destination::InPlace);
    known.check_outputs(&inputs, &roots)?;
    known.check_side_files(side_files)?;
    Ok((roots, missing))
}

/// With one folder its files come right under `out`; with several inputs each under its own name.
fn output_roots(inputs: &[Input], several: bool, out: &Path) -> Result<Vec<Root>, Error> {
    let any_folder = inputs.iter().any(|input| input.is_folder);
    if (several || any_folder) && out.exists() && !out.is_dir() {
        let what = if several {
            "several inputs need"
        } else {
            "an input folder needs"
        };
        return Err(usage(
            out,
            format_args!("is a file, but {what} a folder to write to; name another -o"),
        ));
    }
    let into_folder = several || out.is_dir() || out.as_os_str().as_encoded_bytes().ends_with(b"/");
    let root = |input: &Input| {
        let own_name = input
            .path
            .file_name()
            .or(input.real.file_name())
            .map(PathBuf::from)
            .unwrap_or_default();
        let (output, doc) = match input.is_folder {
            true if !several => (out.to_owned(), PathBuf::new()),
            false if !into_folder => (
                out.to_owned(),
                out.file_name().map(PathBuf::from).unwrap_or_default(),
            ),
            _ => (out.join(&own_name), own_name),
        };
        Root {
            path: input.path.clone(),
            is_folder: input.is_folder,
            output: Some(output),
            doc,
        }
    };
    Ok(inputs.iter().map(root).collect())
}

/// Inputs whose results stay where they are, or go nowhere. Documents are named from the deepest folder that holds
/// all inputs.
fn roots_at_home(inputs: &[Input], write: bool) -> Vec<Root> {
    let home = |input: &Input| match input.is_folder {
        true => input.real.clone(),
        false => input.real.parent().map(Path::to_owned).unwrap_or_default(),
    };
    let common = inputs.iter().map(home).reduce(|common, next| {
        let both = common.components().zip(next.components());
        both.take_while(|(a, b)| a == b)
            .map(|(part, _)| part)
            .collect()
    });
    let common = common.unwrap_or_default();
    let root = |input: &Input| Root {
        path: input.path.clone(),
        is_folder: input.is_folder,
        output: write.then(|| input.path.clone()),
        doc: input
            .real
            .strip_prefix(&common)
            .unwrap_or(&input.real)
            .to_owned(),
    };
    inputs.iter().map(root).collect()
}

/// An input that is named twice would be rewritten by two threads at once.
fn refuse_overlap(inputs: &[Input]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let folders: HashSet<&Path> = inputs
        .iter()
        .filter(|i| i.is_folder)
        .map(|i| i.real.as_path())
        .collect();
    for input in inputs {
        if !seen.insert(input.real.as_path()) {
            return Err(usage(&input.path, "is named twice; name it once"));
        }
        if let Some(folder) = input.real.ancestors().skip(1).find(|a| folders.contains(a)) {
            let folder = names::shown(folder);
            return Err(usage(
                &input.path,
                format_args!("lies inside {folder}, which is named too; name one of them"),
            ));
        }
    }
    Ok(())
}

/// Inputs and outputs by their real paths.
struct Known<'a> {
    folders: HashMap<&'a Path, &'a Input>,
    files: HashSet<&'a Path>,
    outputs: HashMap<PathBuf, &'a Root>,
}

impl<'a> Known<'a> {
    fn new(inputs: &'a [Input], roots: &'a [Root], in_place: bool) -> Self {
        let real = |input: &'a Input| input.real.as_path();
        let folders = inputs
            .iter()
            .filter(|i| i.is_folder)
            .map(|i| (real(i), i))
            .collect();
        let files = inputs.iter().filter(|i| !i.is_folder).map(real).collect();
        // In place, every output is an input, and that is what was asked for.
        let others = roots.iter().filter(|_| !in_place);
        let outputs = others.filter_map(|root| Some((resolved(root.output.as_deref()?), root)));
        Known {
            folders,
            files,
            outputs: outputs.collect(),
        }
    }

    fn check_outputs(&self, inputs: &[Input], roots: &[Root]) -> Result<(), Error> {
        if self.outputs.is_empty() {
            return Ok(());
        }
        for root in roots {
            let Some(output) = &root.output else { continue };
            let real = resolved(output);
            if let Some(other) = self
                .outputs
                .get(&real)
                .filter(|other| !std::ptr::eq(**other, root))
            {
                let (first, second) = (names::shown(&root.path), names::shown(&other.path));
                return Err(usage(
                    output,
                    format_args!(
                        "{first} and {second} would both be written here; clean them in two runs"
                    ),
                ));
            }
            if self.files.contains(real.as_path()) {
                return Err(usage(
                    output,
                    "is an input itself; choose another -o, or use --in-place",
                ));
            }
            if let Some((folder, input)) =
                real.ancestors().find_map(|a| self.folders.get_key_value(a))
            {
                let message = match *folder == real {
                    true => "is an input itself; choose another -o, or use --in-place".to_owned(),
                    false => format!(
                        "lies inside the input {}; choose an -o outside of it",
                        names::shown(&input.path)
                    ),
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
                    format_args!(
                        "is an input, but files of {root} would be written over it; choose another -o"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn check_side_files(&self, side_files: &[SideFile<'_>]) -> Result<(), Error> {
        let mut seen = HashMap::new();
        for (option, path) in side_files {
            // Devices and pipes cannot be damaged.
            if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
                continue;
            }
            let real = resolved(path);
            let place = format!("{option} {}", names::shown(path));
            let refuse = |message: String| Err(Error::new(ErrorKind::Usage, &place, message));
            if let Some(input) = real.ancestors().find_map(|a| self.folders.get(a)) {
                let folder = names::shown(&input.path);
                return refuse(format!(
                    "lies inside the input {folder}; choose a place outside of it"
                ));
            }
            if self.files.contains(real.as_path()) {
                return refuse("is an input itself; choose another file".to_owned());
            }
            if let Some(root) = self.writer_of(&real) {
                return refuse(format!(
                    "{} would be written here too; choose another file",
                    names::shown(&root.path)
                ));
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

/// The path without symlinks, also where it does not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute
        .ancestors()
        .find_map(|a| Some((a, fs::canonicalize(a).ok()?)));
    let Some((ancestor, mut real)) = existing else {
        return absolute;
    };
    for part in absolute
        .strip_prefix(ancestor)
        .unwrap_or(Path::new(""))
        .components()
    {
        match part {
            Component::ParentDir => _ = real.pop(),
            part => real.push(part),
        }
    }
    real
}

fn usage(path: &Path, message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, names::shown(path), message)
}
