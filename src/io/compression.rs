//! gzip and Zstandard: recognized by the first bytes of an input, chosen by the name of an output.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// The level at which Zstandard's own program compresses.
const ZSTD_LEVEL: i32 = 3;
/// How many bytes are read at once.
const BUFFER: usize = 128 << 10;

impl Compression {
    /// What the name of a file says.
    pub(crate) fn of_name(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default();
        match extension {
            gz if gz.eq_ignore_ascii_case("gz") => Compression::Gzip,
            zst if zst.eq_ignore_ascii_case("zst") => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// What the first bytes of a file say.
    pub(crate) fn of_head(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Compression::Gzip,
            // A frame, or one of the sixteen kinds that decoders skip, which parallel compressors put in front.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// How an output is to be compressed: as its name says, or as the input was if it has the same name.
    pub(crate) fn of_output(output: &Path, input: &Path, input_is: Compression) -> Self {
        if output.file_name() == input.file_name() { input_is } else { Compression::of_name(output) }
    }
}

/// The input, decompressed if it is compressed: all members of gzip, all frames of Zstandard.
pub(crate) fn reader<'r>(mut input: impl Read + Send + 'r) -> io::Result<(Compression, Box<dyn BufRead + Send + 'r>)> {
    let mut head = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut head)?;
    let compression = Compression::of_head(&head);
    let input = BufReader::with_capacity(BUFFER, Cursor::new(head).chain(input));
    let reader: Box<dyn BufRead + Send + 'r> = match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input))),
        Compression::Zstd => {
            Box::new(BufReader::with_capacity(BUFFER, zstd::stream::read::Decoder::with_buffer(input)?))
        }
    };
    Ok((compression, reader))
}

/// Whether reading failed because the compressed bytes are damaged or end too soon, not because of the system.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    error.raw_os_error().is_none()
}

/// Compresses what is written.
pub(crate) enum Writer<W: Write> {
    None(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Writer<W> {
    /// Compresses into `output`.
    pub(crate) fn new(output: W, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Writer::None(output),
            Compression::Gzip => Writer::Gzip(GzEncoder::new(output, flate2::Compression::default())),
            Compression::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(output, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Writer::Zstd(encoder)
            }
        })
    }

    /// Writes the end of the compressed data; without it the file is damaged.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Writer::None(output) => Ok(output),
            Writer::Gzip(encoder) => encoder.finish(),
            Writer::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Writer::None(output) => output.write(bytes),
            Writer::Gzip(encoder) => encoder.write(bytes),
            Writer::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Writer::None(output) => output.flush(),
            Writer::Gzip(encoder) => encoder.flush(),
            Writer::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressed(bytes: &[u8], compression: Compression) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), compression).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let text = "one line\n".repeat(50_000).into_bytes();
        for kind in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let twice = [compressed(&text, kind), compressed(b"", kind), compressed(&text, kind)].concat();
            let (found, mut input) = reader(&twice[..]).unwrap();
            let mut read = Vec::new();
            input.read_to_end(&mut read).unwrap();
            assert_eq!((found, read.len()), (kind, text.len() * 2));
        }
    }

    #[test]
    fn a_cut_is_damage_and_what_came_before_it_is_read() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        for kind in [Compression::Gzip, Compression::Zstd] {
            let whole = compressed(&text, kind);
            let (_, mut input) = reader(&whole[..whole.len() / 2]).unwrap();
            let mut read = Vec::new();
            let error = input.read_to_end(&mut read).unwrap_err();
            assert!(is_damage(&error), "{error}");
            assert!(read.len() > text.len() / 4 && text.starts_with(&read));
        }
    }

    #[test]
    fn the_name_of_the_output_decides_unless_it_is_that_of_the_input() {
        let of = |output: &str, input: &str, is| Compression::of_output(Path::new(output), Path::new(input), is);
        assert_eq!(of("out/a.jsonl.gz", "a.jsonl", Compression::None), Compression::Gzip);
        assert_eq!(of("out/a.jsonl.ZST", "a.jsonl.gz", Compression::Gzip), Compression::Zstd);
        assert_eq!(of("out/a.jsonl", "a.jsonl.gz", Compression::Gzip), Compression::None);
        assert_eq!(of("out/a.gz", "in/a.gz", Compression::None), Compression::None);
        assert_eq!(of("out/a", "in/a", Compression::Zstd), Compression::Zstd);
    }
}
