//! Bytes that were read ahead and not handed out yet.

use std::io::{self, BufRead};

/// An input with a view of what comes next. It holds what was asked for and what the input gave along with it,
/// never more: asking for a length that some header claims costs nothing if the bytes do not come.
#[derive(Debug)]
pub(super) struct Ahead<R> {
    input: R,
    held: Vec<u8>,
    /// Up to here, the held bytes are handed out.
    start: usize,
    ended: bool,
    /// Why the input ended, if it could not be read any further.
    error: Option<io::Error>,
}

impl<R: BufRead> Ahead<R> {
    pub(super) fn new(input: R) -> Self {
        Ahead { input, held: Vec::new(), start: 0, ended: false, error: None }
    }

    /// Reads until it holds that many bytes or more, or all there are.
    pub(super) fn read(&mut self, wanted: usize) {
        while !self.ended && self.held.len() - self.start < wanted {
            match self.input.fill_buf() {
                Ok([]) => self.ended = true,
                Ok(bytes) => {
                    let read = bytes.len();
                    self.held.extend_from_slice(bytes);
                    self.input.consume(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // Told when all that came before it is handed out: nothing that was read is lost.
                    self.error = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// The bytes that come next, as far as they are held.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.held[self.start..]
    }

    /// Whether the input has no more bytes than those.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The error that ended the input; once.
    pub(super) fn error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Hands out the next bytes, which are held. All together, as many bytes are moved as the input has, or a few
    /// times that.
    pub(super) fn take(&mut self, length: usize) -> Vec<u8> {
        let end = self.start + length;
        if length > self.held.len() - end {
            // What stays is the smaller part: a large record is not copied but handed out with its memory.
            let rest = self.held[end..].to_vec();
            let mut bytes = std::mem::replace(&mut self.held, rest);
            bytes.truncate(end);
            bytes.drain(..self.start);
            self.start = 0;
            return bytes;
        }
        let bytes = self.held[self.start..end].to_vec();
        self.start = end;
        if self.start > self.held.len() / 2 {
            self.held.drain(..self.start);
            self.start = 0;
        }
        bytes
    }
}
