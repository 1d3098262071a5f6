//! Keyword arguments → a library cleaner. What is wrong with them is told in the words of the command line.

use std::path::PathBuf;

use dechrome::{Label, LabelSet, Mode, PatternSet};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::errors::{Error, failed, one_line, type_name};

/// How to clean. Holds the texts of the pattern files, not their paths: where it is unpickled, there may be no such files.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    mode: Mode,
    labels: Option<Vec<String>>,
    keep: Option<Vec<String>>,
    langs: Option<Vec<String>>,
    default_patterns: bool,
    careful: bool,
    max_removed: Option<f64>,
    /// Whether reasons say what spoke for a removal by a scorer.
    pub clues: bool,
    threads: Option<usize>,
    /// Without the languages that were not asked for.
    patterns: PatternSet,
}

/// A pattern file: its path, or its name and its text.
#[derive(FromPyObject)]
pub(crate) enum PatternFile {
    Source(String, String),
    Path(PathBuf),
}

/// One path, or several files.
#[derive(FromPyObject)]
pub(crate) enum Patterns {
    One(PathBuf),
    Many(Vec<PatternFile>),
}

/// Names in a list, or in one string with commas between them, as on the command line.
#[derive(FromPyObject)]
pub(crate) enum Names {
    Line(String),
    List(Vec<String>),
}

impl Names {
    fn into_list(self) -> Vec<String> {
        let names = match self {
            Names::Line(line) => line.split(',').map(str::to_owned).collect(),
            Names::List(list) => list,
        };
        names.iter().map(|name| name.trim().to_owned()).collect()
    }
}

/// Takes an argument apart, or says in one line what it should have been.
pub(crate) fn argument<'a, 'py, T: FromPyObject<'a, 'py>>(
    name: &str,
    wanted: &str,
    value: Option<&'a Bound<'py, PyAny>>,
) -> PyResult<Option<T>> {
    let of = |value: &'a Bound<'py, PyAny>| {
        let refused = |_| PyTypeError::new_err(format!("{name}: expected {wanted}, got {}", type_name(value)));
        value.extract().map_err(refused)
    };
    value.filter(|value| !value.is_none()).map(of).transpose()
}

/// The keyword arguments of `Cleaner`.
pub(crate) struct Arguments<'a> {
    pub mode: &'a str,
    pub labels: Option<Names>,
    pub keep: Option<Names>,
    pub langs: Option<Names>,
    pub patterns: Option<Patterns>,
    pub default_patterns: bool,
    pub careful: bool,
    pub max_removed: Option<f64>,
    pub clues: bool,
    pub threads: Option<i64>,
}

fn wrong(name: &str, message: impl std::fmt::Display) -> PyErr {
    Error::new_err(one_line(&format!("{name}: {message}")))
}

impl Settings {
    pub fn new(arguments: Arguments<'_>) -> PyResult<Settings> {
        let mode = match arguments.mode {
            "auto" => Mode::Auto,
            "article" => Mode::Article,
            "page" => Mode::Page,
            other => return Err(wrong("mode", format_args!("no mode \"{other}\"; modes are auto, article, page"))),
        };
        let threads = match arguments.threads.map(usize::try_from) {
            None => None,
            Some(Ok(threads @ 1..)) => Some(threads),
            Some(_) => return Err(wrong("threads", "give a whole number above 0, or None for one per core")),
        };
        if let Some(percent) = arguments.max_removed
            && !(0.0..=100.0).contains(&percent)
        {
            return Err(wrong(
                "max_removed",
                format_args!("{percent} is not a percentage; give a number from 0 to 100"),
            ));
        }
        if arguments.labels.is_some() && arguments.keep.is_some() {
            return Err(wrong("labels", "cannot be used with keep; give one of them"));
        }
        let [labels, keep, langs] =
            [arguments.labels, arguments.keep, arguments.langs].map(|n| n.map(Names::into_list));
        let langs = langs.map(|codes| codes.iter().map(|code| code.to_lowercase()).collect::<Vec<_>>());
        let mut patterns =
            if arguments.default_patterns { PatternSet::builtin().map_err(failed)? } else { PatternSet::empty() };
        let files = match arguments.patterns {
            None => Vec::new(),
            Some(Patterns::One(path)) => vec![PatternFile::Path(path)],
            Some(Patterns::Many(files)) => files,
        };
        for file in files {
            match file {
                PatternFile::Path(path) => patterns.add_file(&path),
                PatternFile::Source(name, source) => patterns.add(&name, &source),
            }
            .map_err(failed)?;
        }
        if let Some(codes) = &langs {
            patterns.retain_languages(codes).map_err(|e| failed(format_args!("langs: {e}")))?;
        }
        let Arguments { default_patterns, careful, max_removed, clues, .. } = arguments;
        let settings =
            Settings { mode, labels, keep, langs, default_patterns, careful, max_removed, clues, threads, patterns };
        settings.label_set()?;
        Ok(settings)
    }

    fn label_set(&self) -> PyResult<LabelSet> {
        let parse = |option: &str, names: &[String]| -> PyResult<LabelSet> {
            let label = |name: &String| name.parse::<Label>();
            let set = names.iter().map(label).collect::<Result<_, _>>();
            set.map_err(|e| failed(format_args!("{option}: {e}")))
        };
        match (&self.labels, &self.keep) {
            (Some(names), _) => parse("labels", names),
            (None, Some(names)) => Ok(parse("keep", names)?.complement()),
            (None, None) => Ok(LabelSet::ALL),
        }
    }

    /// A library cleaner; `explains` says whether anybody will read its reasons.
    pub fn build(&self, explains: bool) -> PyResult<dechrome::Cleaner> {
        let builder = dechrome::Cleaner::builder().patterns(self.patterns.clone()).labels(self.label_set()?);
        let mut builder = builder.mode(self.mode).careful(self.careful).clues(explains);
        if let Some(percent) = self.max_removed {
            builder = builder.max_removed(percent);
        }
        builder.build().map_err(failed)
    }

    /// How many threads a batch may use at most.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// The keyword arguments that make the same settings: those that are not the default.
    pub fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        if self.mode != Mode::default() {
            dict.set_item("mode", self.mode.as_str())?;
        }
        for (name, names) in [("labels", &self.labels), ("keep", &self.keep), ("langs", &self.langs)] {
            if let Some(names) = names {
                dict.set_item(name, names)?;
            }
        }
        let sources: Vec<(&str, &str)> = self.patterns.sources().collect();
        if !sources.is_empty() {
            dict.set_item("patterns", sources)?;
        }
        if !self.default_patterns {
            dict.set_item("default_patterns", false)?;
        }
        if self.careful {
            dict.set_item("careful", true)?;
        }
        if let Some(percent) = self.max_removed {
            dict.set_item("max_removed", percent)?;
        }
        if !self.clues {
            dict.set_item("clues", false)?;
        }
        if let Some(threads) = self.threads {
            dict.set_item("threads", threads)?;
        }
        Ok(dict)
    }
}

/// The names of all labels.
pub(crate) fn labels(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, Label::ALL.iter().map(|label| label.as_str()))
}
