//! From the paths of the command line to a plan: what is read, where each result goes, how documents are called.
//! Whatever would damage an input or lose an output is refused, before anything is written.

use std::fs;
use std::path::{Path, PathBuf};

use super::conflicts::{Known, refuse_overlap};
use super::format::as_jsonl;
use super::{conflicts, io_error, names};
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

/// An input that does not exist, and what to say about it.
pub(crate) type Missing = (PathBuf, Error);

/// A file or folder beside the documents that is written too: the option and the path.
pub(crate) type SideFile = (&'static str, PathBuf);

/// A path that exists.
pub(super) struct Input {
    /// As typed.
    pub(super) path: PathBuf,
    /// Absolute and without symlinks.
    pub(super) real: PathBuf,
    pub(super) is_folder: bool,
}

/// Makes the plan; without paths it is one for standard input. Inputs that do not exist do not stop it: they come back
/// with their errors. WET files may be about to become JSON Lines, with names that say so.
pub(crate) fn plan(
    paths: &[PathBuf],
    destination: &Destination,
    side_files: &[SideFile],
    to_jsonl: bool,
) -> Result<(Vec<Root>, Vec<Missing>), Error> {
    let mut inputs = Vec::new();
    let mut missing = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Ok(found) => inputs.push(Input {
                path: path.clone(),
                // Pipes such as <(command) have a name that leads nowhere.
                real: fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_default(),
                is_folder: found.is_dir(),
            }),
            Err(error) => missing.push((path.clone(), io_error(names::shown(path), &error))),
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
    let mut roots = roots;
    if to_jsonl {
        // Files in folders get their names as the walk finds them. A file that -o names keeps that name.
        let is_named = |root: &Root| root.output.as_ref().is_some_and(|out| out.file_name() != root.path.file_name());
        for root in roots.iter_mut().filter(|root| !root.is_folder && !is_named(root)) {
            root.output = root.output.as_deref().map(as_jsonl);
            root.doc = as_jsonl(&root.doc);
        }
    }
    let known = Known::new(&inputs, &roots, *destination == Destination::InPlace);
    known.check_outputs(&inputs, &roots)?;
    known.check_side_files(side_files)?;
    if paths.is_empty() {
        conflicts::check_filter(destination, side_files)?;
    }
    conflicts::check_identities(&inputs, destination, side_files)?;
    Ok((roots, missing))
}

/// With one folder its files come right under `out`; with several inputs each under its own name.
fn output_roots(inputs: &[Input], several: bool, out: &Path) -> Result<Vec<Root>, Error> {
    let any_folder = inputs.iter().any(|input| input.is_folder);
    if (several || any_folder) && out.exists() && !out.is_dir() {
        let what = if several { "several inputs need" } else { "an input folder needs" };
        return Err(usage(out, format_args!("is a file, but {what} a folder to write to; name another -o")));
    }
    let into_folder = several || out.is_dir() || out.as_os_str().as_encoded_bytes().ends_with(b"/");
    let root = |input: &Input| {
        let own_name = input.path.file_name().or(input.real.file_name()).map(PathBuf::from).unwrap_or_default();
        let (output, doc) = match input.is_folder {
            true if !several => (out.to_owned(), PathBuf::new()),
            false if !into_folder => (out.to_owned(), out.file_name().map(PathBuf::from).unwrap_or_default()),
            _ => (out.join(&own_name), own_name),
        };
        Root { path: input.path.clone(), is_folder: input.is_folder, output: Some(output), doc }
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
        both.take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
    });
    let common = common.unwrap_or_default();
    let root = |input: &Input| Root {
        path: input.path.clone(),
        is_folder: input.is_folder,
        output: write.then(|| input.path.clone()),
        doc: input.real.strip_prefix(&common).unwrap_or(&input.real).to_owned(),
    };
    inputs.iter().map(root).collect()
}

/// A usage error that names a path.
pub(super) fn usage(path: &Path, message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, names::shown(path), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with `in/a.txt`, `in/sub/b.txt` and `other/a.txt`; the plan for inputs in it, or the error.
    fn plan_in(inputs: &[&str], destination: &str, side_file: Option<&str>) -> Result<Vec<(String, String)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for file in ["in/a.txt", "in/sub/b.txt", "other/a.txt"] {
            fs::create_dir_all(at(file).parent().unwrap()).unwrap();
            fs::write(at(file), "x").unwrap();
        }
        let destination = match destination {
            "in place" => Destination::InPlace,
            "nowhere" => Destination::Nowhere,
            "stdout" => Destination::Stdout,
            path => Destination::To(at(path)),
        };
        let paths: Vec<PathBuf> = inputs.iter().map(|input| at(input)).collect();
        let side_files: Vec<SideFile> = side_file.map(|path| ("--removed", at(path))).into_iter().collect();
        let here = |text: &str| text.replace(&format!("{}/", folder.path().display()), "");
        let (roots, _) = plan(&paths, &destination, &side_files, false).map_err(|e| here(&e.to_string()))?;
        let pair = |root: &Root| {
            let output = root.output.as_deref().map(names::shown).unwrap_or_default();
            (here(&output), names::doc_name(&root.doc))
        };
        Ok(roots.iter().map(pair).collect())
    }

    fn outputs(inputs: &[&str], destination: &str) -> String {
        let roots = plan_in(inputs, destination, None).unwrap();
        roots.iter().map(|(output, doc)| format!("{output}={doc} ")).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn outputs_and_names() {
        assert_eq!(outputs(&["in"], "out"), "out=");
        assert_eq!(outputs(&["in/a.txt"], "out"), "out=out");
        assert_eq!(outputs(&["in/a.txt"], "out/"), "out/a.txt=a.txt");
        assert_eq!(outputs(&["in/a.txt"], "other"), "other/a.txt=a.txt");
        assert_eq!(outputs(&["in", "other/a.txt"], "out"), "out/in=in out/a.txt=a.txt");
        assert_eq!(outputs(&["in"], "in place"), "in=");
        assert_eq!(outputs(&["in/a.txt"], "in place"), "in/a.txt=a.txt");
        assert_eq!(outputs(&["in/a.txt", "other"], "in place"), "in/a.txt=in/a.txt other=other");
        // The output may hold the input, as long as nothing lands on it.
        assert_eq!(outputs(&["in/sub"], "in"), "in=");
    }

    #[test]
    fn refusals() {
        for (inputs, destination, side_file, message) in [
            (&["in"][..], "in/out", None, "in/out: lies inside the input in; choose an -o outside of it"),
            (&["in"], "in", None, "in: is an input itself; choose another -o (only --in-place rewrites inputs)"),
            (
                &["in/a.txt"],
                "in/a.txt",
                None,
                "in/a.txt: is an input itself; choose another -o (only --in-place rewrites inputs)",
            ),
            (
                &["in"],
                "other/a.txt",
                None,
                "other/a.txt: is a file, but an input folder needs a folder to write to; name another -o",
            ),
            (
                &["in/a.txt", "in/sub"],
                "other/a.txt",
                None,
                "other/a.txt: is a file, but several inputs need a folder to write to; name another -o",
            ),
            (
                &["in/a.txt", "other/a.txt"],
                "out",
                None,
                "out/a.txt: in/a.txt and other/a.txt would both be written here; clean them in two runs",
            ),
            (
                &["other"],
                "in",
                Some("in/a.txt"),
                "--removed in/a.txt: other would be written here too; choose another file",
            ),
            (&["in"], "out", Some("in/r"), "--removed in/r: lies inside the input in; choose a place outside of it"),
            (&["in/a.txt"], "out", Some("in/a.txt"), "--removed in/a.txt: is an input itself; choose another file"),
            (
                &["in"],
                "stdout",
                None,
                "in: is a folder: say where to write with -o DIR, or use --in-place, --check or --diff",
            ),
            (&["in/a.txt", "in/a.txt"], "in place", None, "in/a.txt: is named twice; name it once"),
        ] {
            assert_eq!(plan_in(inputs, destination, side_file).unwrap_err(), message);
        }
    }

    #[test]
    fn an_input_below_the_output_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("a/a")).unwrap();
        let error = plan(&[at("a")], &Destination::To(folder.path().to_owned()), &[], false).unwrap_err();
        assert!(error.to_string().contains("would be written over it"), "{error}");
    }
}
