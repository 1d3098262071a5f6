//! Conversion records as lines of JSON, and nothing else of the file.

use std::io;

use super::json_line;
use crate::io::records::{Kind, Unit, Units};

/// The units of a WARC stream with every text as a JSON record. What has no text is left out; what is broken comes as it
/// is, for the driver to leave out and tell.
pub(crate) struct Converted<U> {
    units: U,
    lines: u64,
}

impl<U: Units> Converted<U> {
    pub(crate) fn new(units: U) -> Self {
        Converted { units, lines: 0 }
    }
}

impl<U: Units> Units for Converted<U> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        loop {
            let Some(unit) = self.units.next()? else {
                return Ok(None);
            };
            match unit.kind {
                Kind::Text(text) => match json_line(&unit.bytes, &text) {
                    Ok(bytes) => {
                        // The number is that of the line, as the audit has to name it.
                        self.lines += 1;
                        return Ok(Some(Unit { number: self.lines, bytes, kind: Kind::Json, ..unit }));
                    }
                    Err(error) => return Ok(Some(Unit { kind: Kind::Bad(error), ..unit })),
                },
                Kind::Other => {}
                _ => return Ok(Some(unit)),
            }
        }
    }
}
