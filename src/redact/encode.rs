//! The forms in which a value may stand in a text: as it is, percent-encoded, escaped in JSON, in base64, in hexadecimal.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One form, and how many bytes around it may hold a few bits of the value as well.
#[derive(Clone, Eq, PartialEq)]
pub struct Form {
    pub bytes: Vec<u8>,
    pub before: usize,
    pub after: usize,
}

/// What encoders of URLs leave as it is, beside letters and digits.
const KEPT: [&str; 6] = ["-_.~", "-_.!~*'()", "-_.~/", "-_.~:/@!$'()*,;=+&", "*-._", ""];

/// All forms of `value`, each once.
pub fn forms(value: &str) -> Vec<Form> {
    let mut found = Forms(Vec::with_capacity(8));
    let bytes = value.as_bytes();
    found.add(bytes.to_vec());
    for is_upper in [true, false] {
        found.add(encoded(bytes, None, is_upper));
        for kept in KEPT.map(str::as_bytes) {
            // Most values are made of what all keep.
            if !bytes.iter().all(|byte| is_kept(*byte, kept)) {
                let form = encoded(bytes, Some(kept), is_upper);
                found.add(replaced(&form, &[("%20", "+")]));
                found.add(form);
            }
        }
    }
    if !bytes.iter().all(u8::is_ascii_alphanumeric) {
        for form in
            [json(value, false, false), json(value, true, false), json(value, false, true), json(value, true, true)]
        {
            found.add(json(&form, false, false).into_bytes());
            found.add(form.into_bytes());
        }
        for signs in WRITTEN {
            found.add(replaced(bytes, signs));
        }
    }
    for shift in 0..3 {
        let form = base64(bytes, shift);
        if form.bytes.iter().any(|byte| matches!(byte, b'+' | b'/')) {
            let url = form.bytes.iter().map(|byte| url_digit(*byte)).collect();
            found.add_form(Form { bytes: url, ..form });
        }
        found.add_form(form);
    }
    found.0
}

struct Forms(Vec<Form>);

impl Forms {
    fn add(&mut self, bytes: Vec<u8>) {
        self.add_form(Form { bytes, before: 0, after: 0 });
    }

    fn add_form(&mut self, form: Form) {
        if !self.0.iter().any(|known| known.bytes == form.bytes) {
            self.0.push(form);
        }
    }
}

/// Signs and how they are written in shells, in strings of code, in markup.
const WRITTEN: [&[(&str, &str)]; 3] =
    [&[("'", "'\\''")], &[("'", "\\'")], &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]];

fn replaced(bytes: &[u8], signs: &[(&str, &str)]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() + 8);
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if let Some((sign, written)) = signs.iter().find(|(sign, _)| rest.starts_with(sign.as_bytes())) {
            text.extend_from_slice(written.as_bytes());
            rest = rest.get(sign.len()..).unwrap_or_default();
        } else {
            text.push(*first);
            rest = after;
        }
    }
    text
}

fn is_kept(byte: u8, kept: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || kept.contains(&byte)
}

/// Percent-encoded but for letters, digits and what is kept; all in hexadecimal when there is no word of that.
fn encoded(bytes: &[u8], kept: Option<&[u8]>, is_upper: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() * 2);
    for &byte in bytes {
        match kept {
            Some(kept) if is_kept(byte, kept) => text.push(byte),
            Some(_) => {
                text.push(b'%');
                push_hex(&mut text, byte, is_upper);
            }
            None => push_hex(&mut text, byte, is_upper),
        }
    }
    text
}

fn push_hex(text: &mut Vec<u8>, byte: u8, is_upper: bool) {
    for nibble in [byte >> 4, byte & 15] {
        text.push(match nibble {
            0..=9 => b'0' + nibble,
            _ if is_upper => b'A' + nibble - 10,
            _ => b'a' + nibble - 10,
        });
    }
}

/// The inside of a JSON string.
fn json(value: &str, slash: bool, ascii: bool) -> String {
    let mut text = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        let short = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '/' if slash => "\\/",
            _ => "",
        };
        text.push_str(short);
        let is_escaped = character < ' ' || (ascii && (matches!(character, '<' | '>' | '&') || character > '~'));
        if short.is_empty() && is_escaped {
            escape(&mut text, character);
        } else if short.is_empty() {
            text.push(character);
        }
    }
    text
}

fn escape(text: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let mut written = b"\\u".to_vec();
        for byte in unit.to_be_bytes() {
            push_hex(&mut written, byte, false);
        }
        text.extend(written.into_iter().map(char::from));
    }
}

/// What of the base64 of any text is certain when `value` stands in it `shift` bytes behind a group's begin.
fn base64(value: &[u8], shift: usize) -> Form {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(value);
    let bits = padded.len() * 8;
    let first = (shift * 8).div_ceil(6);
    let bytes = (first..bits / 6).map(|place| digit(sextet(&padded, place))).collect();
    Form { bytes, before: usize::from(shift > 0), after: usize::from(!bits.is_multiple_of(6)) }
}

fn sextet(bytes: &[u8], place: usize) -> u8 {
    let bit = place * 6;
    let at = |place: usize| u16::from(bytes.get(place).copied().unwrap_or(0));
    let pair = at(bit / 8) << 8 | at(bit / 8 + 1);
    (pair >> (10 - bit % 8)) as u8 & 63
}

fn digit(sextet: u8) -> u8 {
    STANDARD.get(usize::from(sextet)).copied().unwrap_or(b'A')
}

/// The same digit in the alphabet for URLs.
const fn url_digit(digit: u8) -> u8 {
    match digit {
        b'+' => b'-',
        b'/' => b'_',
        _ => digit,
    }
}

/// The six bits of a character of either alphabet.
pub const fn base64_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The three certain characters of the base64 of two digits.
pub fn forms_of_digits(first: u8, second: u8) -> [u8; 3] {
    let digits = [first, second, b'0'];
    [0, 1, 2].map(|place| digit(sextet(&digits, place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str) -> Vec<String> {
        forms(value).into_iter().map(|form| String::from_utf8_lossy(&form.bytes).into_owned()).collect()
    }

    #[test]
    fn every_form_is_there_once() {
        let forms = texts("pa ss/w\"rd&é");
        for form in [
            "pa ss/w\"rd&é",
            "pa%20ss%2Fw%22rd%26%C3%A9",
            "pa+ss%2fw%22rd%26%c3%a9",
            "pa ss\\/w\\\"rd&é",
            "pa ss/w\\\\\\\"rd&é",
            "pa ss/w\\\"rd\\u0026\\u00e9",
        ] {
            assert!(forms.contains(&form.to_owned()), "{form} in {forms:?}");
        }
        let mut once = forms.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), forms.len());
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        // "x:", "xy:", "xyz:" before the value and "!" behind it, encoded by hand.
        let forms = texts("hunter2hunter2");
        for encoded in [
            "aHVudGVyMmh1bnRlcjI=",
            "eDpodW50ZXIyaHVudGVyMiE=",
            "eHk6aHVudGVyMmh1bnRlcjIh",
            "eHl6Omh1bnRlcjJodW50ZXIyIQ==",
        ] {
            assert!(forms.iter().any(|form| form.len() > 14 && encoded.contains(form.as_str())), "{encoded}");
        }
    }
}
