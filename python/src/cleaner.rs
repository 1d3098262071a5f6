//! The class `Cleaner`.

use std::borrow::Cow;

use dechrome::Verdict;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};

use super::batch;
use super::columns::Column;
use super::errors::refuse_str;
use super::reasons::{self, Removed};
use super::settings::{Arguments, Names, Patterns, Settings, argument};
use super::texts::{Left, Seen, Text};

/// Cleans texts. Build one, which takes about a millisecond, and use it for all of them, from as many threads as you
/// like. It can be pickled, with the texts of its pattern files, and used on both sides of a fork.
///
/// Args:
///     mode: What the texts are: "article" (what an extractor left), "page" (whole pages), or "auto", told by the shape
///         of each.
///     labels: The only labels to remove, as a list or with commas between them; all if None. See ``LABELS``.
///     keep: Labels to leave in. Not together with ``labels``.
///     langs: Languages whose phrases are used, such as ["en", "de"]; all if None.
///     patterns: Pattern files to add: a path, or a list of paths and of pairs (name, TOML text).
///     default_patterns: Whether to begin with the built-in patterns.
///     careful: Rather leave chrome than lose content.
///     max_removed: The removal budget in percent of a text's words, from 0 to 100: a text that would lose more is left
///         as it is. 80 if None, and 99 for whole pages.
///     clues: Whether the reason of a removal by a scorer says what spoke for it. What is removed is the same either way;
///         without, ``explain`` takes a third less time, of whole pages half.
///     threads: How many threads a batch may use; one per core if None.
///
/// Raises:
///     PatternError: for a label or a language that does not exist, and for a pattern file that cannot be used, in the
///         words of the command line.
///     Error: for any other setting that cannot be.
#[pyclass(frozen, module = "dechrome")]
pub(crate) struct Cleaner {
    settings: Settings,
    /// For where nobody reads reasons.
    quick: dechrome::Cleaner,
    /// For where somebody does, made when first needed.
    telling: PyOnceLock<dechrome::Cleaner>,
}

/// What Python is told of a document.
struct Told {
    left: Left,
    removed: Vec<Removed>,
    verdict: &'static str,
    mode: &'static str,
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unchanged => "unchanged",
        Verdict::Cleaned => "cleaned",
        Verdict::OverBudget => "over-budget",
        Verdict::NoContent => "no-content",
        Verdict::Unsettled => "unsettled",
        _ => "unknown",
    }
}

impl Told {
    fn of(cleaner: &dechrome::Cleaner, seen: &Seen) -> Told {
        let text: &str = seen;
        let cleaned = cleaner.clean(text);
        let removed = Removed::all(text, &cleaned);
        let (verdict, mode) = (verdict(cleaned.verdict()), cleaned.mode().as_str());
        Told { left: seen.left(cleaned), removed, verdict, mode }
    }

    /// A `dechrome.Cleaned`.
    fn into_python<'py>(self, py: Python<'py>, text: &Text<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = CLASS.import(py, "dechrome._types", "Cleaned")?;
        let removals = self.removed.iter().map(|removed| removed.to_python(py, text)).collect::<PyResult<Vec<_>>>()?;
        class.call1((text.cut(self.left)?, PyTuple::new(py, removals)?, self.verdict, self.mode))
    }
}

/// Characters of a batch that are made UTF-8 at a time: enough for hundreds of shares, and little beside what the batch
/// takes itself.
const SLICE: usize = 32 << 20;

/// What becomes of each object of a batch: `judge` says it on all threads, `object` makes it a Python object.
fn map<'py, R: Send>(
    batch: &Bound<'py, PyAny>,
    threads: usize,
    judge: impl Fn(&Seen) -> R + Sync,
    object: impl Fn(R, &Text<'py>) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let py = batch.py();
    refuse_str(batch, "a list of str")?;
    let mut objects = batch.try_iter()?.collect::<PyResult<Vec<_>>>()?;
    let text = |(index, object): (usize, &Bound<'py, PyAny>)| match object.is_none() {
        true => Ok(None),
        false => Text::of(object, Some(index)).map(Some),
    };
    let texts = objects.iter().enumerate().map(text).collect::<PyResult<Vec<_>>>()?;
    let mut from = 0;
    while from < texts.len() {
        let (mut seen, mut size) = (Vec::new(), 0);
        for text in &texts[from..] {
            if size > SLICE {
                break;
            }
            size += text.as_ref().map_or(Ok(0), Text::len)?;
            seen.push(text.as_ref().map(Text::seen).transpose()?);
        }
        let bytes = |index: usize| seen[index].as_ref().map_or(0, Seen::len);
        let judged = batch::map(py, threads, seen.len(), bytes, |index| seen[index].as_ref().map(&judge))?;
        for (judged, at) in judged.into_iter().zip(from..) {
            if let (Some(judged), Some(text)) = (judged, &texts[at]) {
                objects[at] = object(judged, text)?;
            }
        }
        from += seen.len();
    }
    PyList::new(py, objects)
}

impl Cleaner {
    fn telling(&self, py: Python<'_>) -> PyResult<&dechrome::Cleaner> {
        if !self.settings.clues {
            return Ok(&self.quick);
        }
        self.telling.get_or_try_init(py, || self.settings.build(true))
    }
}

#[pymethods]
impl Cleaner {
    #[new]
    #[pyo3(signature = (
        *, mode="auto", labels=None, keep=None, langs=None, patterns=None, default_patterns=true,
        careful=false, max_removed=None, clues=true,
        threads=None
    ))]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword of its own in Python")]
    fn new(
        mode: &str,
        labels: Option<&Bound<'_, PyAny>>,
        keep: Option<&Bound<'_, PyAny>>,
        langs: Option<&Bound<'_, PyAny>>,
        patterns: Option<&Bound<'_, PyAny>>,
        default_patterns: bool,
        careful: bool,
        max_removed: Option<f64>,
        clues: bool,
        threads: Option<i64>,
    ) -> PyResult<Cleaner> {
        let names = |name, value| argument::<Names>(name, "a list of str", value);
        let (labels, keep, langs) = (names("labels", labels)?, names("keep", keep)?, names("langs", langs)?);
        let wanted = "a path, or a list of paths and of pairs (name, TOML text)";
        let patterns = argument::<Patterns>("patterns", wanted, patterns)?;
        let arguments =
            Arguments { mode, labels, keep, langs, patterns, default_patterns, careful, max_removed, clues, threads };
        let settings = Settings::new(arguments)?;
        let quick = settings.build(false)?;
        Ok(Cleaner { settings, quick, telling: PyOnceLock::new() })
    }

    /// Return the text without site chrome; the very same object if there is none. Time and memory are linear in its
    /// size.
    ///
    /// Halves of surrogate pairs, which have no UTF-8, stay where they are; the cleaner sees U+FFFD in place of each.
    ///
    /// Raises:
    ///     TypeError: if it is not a ``str``.
    fn clean<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = text.py();
        let text = Text::of(text, None)?;
        let seen = text.seen()?;
        text.cut(py.detach(|| seen.left(self.quick.clean(&seen))))
    }

    /// Return what is left of the text, and each removal with its place, its label, its rule and the reason.
    ///
    /// Raises:
    ///     TypeError: if it is not a ``str``.
    fn explain<'py>(&self, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = text.py();
        let text = Text::of(text, None)?;
        let (seen, telling) = (text.seen()?, self.telling(py)?);
        py.detach(|| Told::of(telling, &seen)).into_python(py, &text)
    }

    /// Clean many texts on all threads; ``None`` stays ``None``. Other Python threads run meanwhile.
    ///
    /// Raises:
    ///     TypeError: for anything but a ``str`` or ``None``, with its index; then nothing was cleaned.
    fn clean_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let clean = |seen: &Seen| seen.left(self.quick.clean(seen));
        map(texts, self.settings.threads(), clean, |left, text| text.cut(left))
    }

    /// What ``explain`` returns of each text, likewise.
    fn explain_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = texts.py();
        let telling = self.telling(py)?;
        let tell = |seen: &Seen| Told::of(telling, seen);
        map(texts, self.settings.threads(), tell, |told, text| told.into_python(py, text))
    }

    /// Clean an Arrow array of type string, large string or string view, or a chunked array of them, from any library
    /// that knows the Arrow PyCapsule interface.
    ///
    /// Returns an array of the same type, chunks and nulls: of pyarrow for one of pyarrow, else an ``ArrowArray`` or an
    /// ``ArrowChunkedArray``; the array that was given if nothing is removed. Its values are in one buffer a chunk.
    ///
    /// With ``removals`` returns a pair: the array, and one of lists of structs with the fields of ``Removal`` (``span``,
    /// ``chars`` and ``lines`` are structs of 64-bit integers), null where the text is.
    ///
    /// Values that are not UTF-8 are cleaned as the command line cleans such files: their bytes stay as they are.
    ///
    /// Raises:
    ///     TypeError: for anything else.
    #[pyo3(signature = (array, *, removals=false))]
    fn clean_arrow<'py>(&self, array: &Bound<'py, PyAny>, removals: bool) -> PyResult<Bound<'py, PyAny>> {
        let py = array.py();
        let column = Column::of(array)?;
        let size = |row: usize| column.value(row).map_or(0, <[u8]>::len);
        let threads = self.settings.threads();
        let failed = |error| PyRuntimeError::new_err(format!("the array cannot be built: {error}"));
        let new = |left: Vec<Option<Vec<u8>>>| match py.detach(|| column.with(&left)).map_err(failed)? {
            Some(arrays) => column.to_python(array, arrays, column.field()),
            None => Ok(array.clone()),
        };
        if !removals {
            let clean = |row: usize| super::bytes::clean(&self.quick, column.value(row)?);
            return new(batch::map(py, threads, column.rows(), size, clean)?);
        }
        let telling = self.telling(py)?;
        let tell = |row: usize| {
            let Some(bytes) = column.value(row) else { return (None, Vec::new()) };
            let seen: Cow<'_, str> = super::bytes::seen(bytes);
            let cleaned = telling.clean(&seen);
            (super::bytes::left(bytes, &cleaned), Removed::all(&seen, &cleaned))
        };
        let (left, removed): (Vec<_>, Vec<_>) = batch::map(py, threads, column.rows(), size, tell)?.into_iter().unzip();
        let reasons = py.detach(|| reasons::arrays(&column, &removed)).map_err(failed)?;
        let reasons = column.to_python(array, reasons, reasons::field(&column))?;
        Ok(PyTuple::new(py, [new(left)?, reasons])?.into_any())
    }

    /// Return a function for ``datasets.Dataset.map(…, batched=True)`` that cleans a column, and with ``removals`` adds
    /// a column of that name with the removals of each row.
    #[pyo3(signature = (column, *, removals=None))]
    fn map_fn<'py>(slf: &Bound<'py, Self>, column: &str, removals: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("dechrome.datasets")?.call_method1("MapFn", (slf, column, removals))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.settings.to_dict(py)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let dict = self.settings.to_dict(py)?;
        let part = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| -> PyResult<String> {
            let value = match name.to_string().as_str() {
                // The texts of the files are too long to be read.
                "patterns" => {
                    value.try_iter()?.map(|file| file?.get_item(0)).collect::<PyResult<Vec<_>>>()?.into_pyobject(py)?
                }
                _ => value,
            };
            Ok(format!("{name}={}", value.repr()?))
        };
        Ok(format!("Cleaner({})", dict.iter().map(part).collect::<PyResult<Vec<_>>>()?.join(", ")))
    }
}
