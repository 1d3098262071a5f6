//! Numbers, texts and blocks one after the other.

/// Writes them. Texts are kept apart from bytes: the compiler checks once that they are texts.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    pub bytes: Vec<u8>,
    pub texts: String,
}

impl Packer {
    pub fn number(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn block(&mut self, block: &[u8]) {
        self.number(block.len() as u32);
        self.bytes.extend(block);
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.texts.push_str(text);
    }
}

/// Reads them in the same order; behind the end there are zeros, empty blocks and empty texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unpacker<'a> {
    pub bytes: &'a [u8],
    pub texts: &'a str,
}

impl<'a> Unpacker<'a> {
    pub fn number(&mut self) -> u32 {
        let Some((first, rest)) = self.bytes.split_first_chunk() else { return 0 };
        self.bytes = rest;
        u32::from_le_bytes(*first)
    }

    pub fn block(&mut self) -> &'a [u8] {
        let bytes = self.number() as usize;
        let (block, rest) = self.bytes.split_at_checked(bytes).unwrap_or_default();
        self.bytes = rest;
        block
    }

    pub fn text(&mut self) -> &'a str {
        let bytes = self.number() as usize;
        let (text, rest) = self.texts.split_at_checked(bytes).unwrap_or_default();
        self.texts = rest;
        text
    }
}
