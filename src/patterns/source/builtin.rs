//! The built-in pattern files. `build.rs` reads them; the program only where it needs more than what they say of rules
//! and phrases: examples and places.

macro_rules! embed {
    ($($path:literal,)*) => {
        /// Name and text of every built-in pattern file; rules come before the phrases that speak of them.
        pub(crate) const FILES: &[(&str, &str)] =
            &[$((concat!("patterns/", $path), include_str!(concat!("../../../patterns/", $path))),)*];
    };
}

embed! {
    "rules.toml",
    "keep.toml",
    "scorer.toml",
    "function-words.toml",
    "page.toml",
    "phrases/ar.toml",
    "phrases/be.toml",
    "phrases/bg.toml",
    "phrases/cs.toml",
    "phrases/da.toml",
    "phrases/de.toml",
    "phrases/el.toml",
    "phrases/en.toml",
    "phrases/es.toml",
    "phrases/fa.toml",
    "phrases/fi.toml",
    "phrases/fr.toml",
    "phrases/he.toml",
    "phrases/hi.toml",
    "phrases/hu.toml",
    "phrases/id.toml",
    "phrases/it.toml",
    "phrases/ja.toml",
    "phrases/ko.toml",
    "phrases/lt.toml",
    "phrases/nl.toml",
    "phrases/no.toml",
    "phrases/pl.toml",
    "phrases/pt.toml",
    "phrases/ro.toml",
    "phrases/ru.toml",
    "phrases/sv.toml",
    "phrases/tr.toml",
    "phrases/uk.toml",
    "phrases/vi.toml",
    "phrases/zh.toml",
}
