//! What kind of text a document is.

use std::fmt;

/// What kind of text a document is: it decides how its lines are judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Each document is told by its shape: short lines above, inside and below the prose make a whole page.
    #[default]
    Auto,
    /// Text from an article extractor: most of it is content.
    Article,
    /// A whole page: menus, teasers, comments and footers around and inside the content.
    Page,
}

impl Mode {
    /// The name on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Auto => "auto",
            Mode::Article => "article",
            Mode::Page => "page",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
