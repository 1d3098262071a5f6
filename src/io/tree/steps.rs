//! The walk as the run takes it: file by file, in order.

use std::path::{Path, PathBuf};

use crate::io::compression::Compression;
use crate::io::plan::Root;
use crate::io::walk::{Found, walk};
use crate::io::{atomic, format, names};
use crate::report::{Fate, Outcome};
use crate::{Error, ErrorKind};

/// A file of the plan.
#[derive(Debug)]
pub(crate) struct Item {
    /// The file to read.
    pub(crate) input: PathBuf,
    /// The file to write, if any.
    pub(crate) output: Option<PathBuf>,
    /// Its name in audit records.
    pub(crate) doc: String,
}

impl Item {
    /// How the output is compressed, for an input that is compressed like this.
    pub(crate) fn compression(&self, input_is: Compression) -> Compression {
        self.output.as_ref().map_or(input_is, |output| Compression::of_output(output, &self.input, input_is))
    }

    /// The same with the output under the name that says what it holds, unless another input's has that name.
    fn into_jsonl(self) -> Step {
        let renamed = format::as_jsonl(&self.input);
        if renamed != self.input && renamed.exists() {
            let shown = names::shown(&renamed);
            let message = format!("would become {shown}, which is there too; rename one of them");
            return Step::Told(
                self.doc,
                Outcome::failed(Error::new(ErrorKind::Usage, names::shown(&self.input), message)),
            );
        }
        Step::File(Item {
            output: self.output.map(|path| format::as_jsonl(&path)),
            doc: as_jsonl_doc(&self.doc),
            ..self
        })
    }

    pub(super) fn shown(&self) -> String {
        names::shown(&self.input)
    }

    pub(super) fn output_shown(&self) -> String {
        names::shown(self.output.as_deref().unwrap_or(&self.input))
    }
}

/// The next thing of the walk: a file, or what there is to tell instead.
pub(crate) enum Step {
    File(Item),
    Told(String, Outcome),
}

/// The files of the roots, in order; WET files in folders may be about to become JSON Lines.
pub(crate) fn steps(roots: &[Root], to_jsonl: bool) -> impl Iterator<Item = Step> + Send + use<'_> {
    roots.iter().flat_map(move |root| -> Box<dyn Iterator<Item = Step> + Send + '_> {
        if !root.is_folder {
            let doc = names::doc_name(&root.doc);
            let item = Item { input: root.path.clone(), output: root.output.clone(), doc };
            return Box::new(std::iter::once(Step::File(item)));
        }
        Box::new(walk(&root.path).map(move |found| match found {
            Found::File(input) => {
                let inside = input.strip_prefix(&root.path).unwrap_or(&input);
                let output = root.output.as_ref().map(|output| output.join(inside));
                let doc = names::doc_name(&root.doc.join(inside));
                let item = Item { output, doc, input };
                if to_jsonl { item.into_jsonl() } else { Step::File(item) }
            }
            Found::Skipped(path, what) => {
                let inside = path.strip_prefix(&root.path).unwrap_or(&path);
                let doc = names::doc_name(&root.doc.join(inside));
                Step::Told(doc, Outcome::of(Fate::Skipped(what), names::shown(&path), 0))
            }
            Found::Failed(error) => Step::Told(error.place().to_owned(), Outcome::failed(error)),
        }))
    })
}

/// Clears what killed runs left in the folder that the output of this step goes to; `folders`: those on the way to it
/// that were cleared already. Since the walk enters each folder once, so does this.
pub(super) fn sweep_for(step: &Step, folders: &mut Vec<PathBuf>) {
    let Step::File(Item { output: Some(output), .. }) = step else {
        return;
    };
    let folder = match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    while folders.last().is_some_and(|last| !folder.starts_with(last)) {
        folders.pop();
    }
    if folders.last().is_none_or(|last| last != folder) {
        atomic::sweep(folder);
        folders.push(folder.to_owned());
    }
}

fn as_jsonl_doc(doc: &str) -> String {
    // Nothing that is escaped in the name of a document stands in an extension that counts.
    format::as_jsonl(Path::new(doc)).to_str().unwrap_or(doc).to_owned()
}
