//! Numbers, texts and blocks one after the other.

/// Writes them.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    pub bytes: Vec<u8>,
}

impl Packer {
    pub fn number(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub fn block(&mut self, block: &[u8]) {
        self.number(block.len() as u32);
        self.bytes.extend(block);
    }

    pub fn text(&mut self, text: &str) {
        self.block(text.as_bytes());
    }
}

/// Reads them in the same order; behind the end there are zeros and empty blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unpacker<'a> {
    pub rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub fn number(&mut self) -> u32 {
        let Some((first, rest)) = self.rest.split_first_chunk() else { return 0 };
        self.rest = rest;
        u32::from_le_bytes(*first)
    }

    pub fn block(&mut self) -> &'a [u8] {
        let bytes = self.number() as usize;
        let (block, rest) = self.rest.split_at_checked(bytes).unwrap_or_default();
        self.rest = rest;
        block
    }

    pub fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.block()).unwrap_or_default()
    }
}
