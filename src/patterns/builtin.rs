//! The pattern data that is embedded in the program.

macro_rules! embed {
    ($($path:literal,)*) => {
        /// Name and text of every built-in pattern file; rules come before the phrases that speak of them.
        pub(super) const FILES: &[(&str, &str)] =
            &[$((concat!("patterns/", $path), include_str!(concat!("../../patterns/", $path))),)*];
    };
}

embed! {
    "rules.toml",
    "keep.toml",
    "phrases/de.toml",
    "phrases/en.toml",
    "phrases/es.toml",
    "phrases/fr.toml",
    "phrases/pl.toml",
    "phrases/ru.toml",
    "phrases/uk.toml",
}
