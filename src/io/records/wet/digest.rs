//! The digests that WARC headers hold (`sha1:` and digits): checked against one block, made for another.

use sha1::{Digest, Sha1};
use sha2::Sha256;

/// The bytes of a digest, as digits.
type Form = fn(&[u8]) -> String;

/// How writers spell digests: base 32 is what most use, hexadecimal digits what some do.
const FORMS: [Form; 5] = [
    base32,
    |digest| base32(digest).to_ascii_lowercase(),
    |digest| base32(digest).trim_end_matches('=').to_owned(),
    crate::report::audit::to_hex,
    |digest| crate::report::audit::to_hex(digest).to_ascii_uppercase(),
];

/// The value of a digest header for the block `new`, in the form in which `value` is that of the block `old`; `None`
/// if it is not, or in no form that is known.
pub(super) fn renewed(value: &str, old: &[u8], new: &[u8]) -> Option<String> {
    let (algorithm, digits) = value.split_once(':')?;
    let hash: fn(&[u8]) -> Vec<u8> = match algorithm.to_ascii_lowercase().as_str() {
        "sha1" | "sha-1" => |block| Sha1::digest(block).to_vec(),
        "sha256" | "sha-256" => |block| Sha256::digest(block).to_vec(),
        _ => return None,
    };
    let was = hash(old);
    let form = FORMS.iter().find(|form| form(&was) == digits.trim())?;
    Some(format!("{algorithm}:{}", form(&hash(new))))
}

/// Base 32 as in RFC 4648: five bits a digit, filled up with `=` to groups of eight.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut digits = String::new();
    for group in bytes.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, at| bits << 8 | u64::from(group.get(at).copied().unwrap_or(0)));
        let used = (group.len() * 8).div_ceil(5);
        for digit in 0..8 {
            let value = bits >> (35 - 5 * digit) & 31;
            digits.push(if digit < used { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_the_rfc_has_it() {
        for (bytes, digits) in [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), digits);
        }
    }

    #[test]
    fn a_right_digest_is_renewed_in_its_form() {
        // As `printf abc | sha1sum` and `sha256sum` have it; likewise for `ab`.
        let abc = "a9993e364706816aba3e25717850c26c9cd0d89d";
        let ab = "da23614e02469a0d7c7bd1bdab5c9c474b1904dc";
        let renewed = |value: &str| renewed(value, b"abc", b"ab");
        assert_eq!(renewed(&format!("sha1:{abc}")).unwrap(), format!("sha1:{ab}"));
        let upper = format!("SHA-1:{}", abc.to_uppercase());
        assert_eq!(renewed(&upper).unwrap(), format!("SHA-1:{}", ab.to_uppercase()));
        assert_eq!(renewed("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5").unwrap(), "sha1:3IRWCTQCI2NA27D32G62WXE4I5FRSBG4");
        let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(renewed(sha256).unwrap().starts_with("sha256:fb8e20fc2e4c3f248c60c39bd652f3c1"));
        let padded = format!("sha256:{}", base32(&Sha256::digest(b"abc")));
        assert_eq!(renewed(&padded).unwrap(), format!("sha256:{}", base32(&Sha256::digest(b"ab"))));
        let bare = renewed(padded.trim_end_matches('=')).unwrap();
        assert_eq!(format!("{bare}===="), renewed(&padded).unwrap());
        for unknown in ["", "sha1", "sha1:", "md5:900150983cd24fb0d6963f7d28e17f72", &format!("sha1:{ab}")] {
            assert_eq!(renewed(unknown), None);
        }
    }
}
