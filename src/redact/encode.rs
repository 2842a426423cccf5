//! The forms in which a value may stand in a text: as it is, percent-encoded, escaped in JSON, in base64, in hexadecimal.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One form, and how many bytes around it may hold a few bits of the value as well.
#[derive(Clone, Eq, PartialEq)]
pub struct Form {
    pub bytes: Vec<u8>,
    pub before: usize,
    pub after: usize,
}

/// All forms of `value`, each once.
pub fn forms(value: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let mut add = |bytes: Vec<u8>| {
        if !found.iter().any(|form: &Form| form.bytes == bytes) {
            found.push(Form { bytes, before: 0, after: 0 });
        }
    };
    add(value.as_bytes().to_vec());
    for kept in ["-_.~", "-_.!~*'()", "-_.~/", "-_.~:/@!$'()*,;=+&", "*-._", ""] {
        for upper in [true, false] {
            let encoded = percent(value, kept, upper);
            add(encoded.replace("%20", "+").into_bytes());
            add(encoded.into_bytes());
        }
    }
    for written in
        [json(value, false, false), json(value, true, false), json(value, false, true), json(value, true, true)]
    {
        add(json(&written, false, false).into_bytes());
        add(written.into_bytes());
    }
    if value.contains('\'') {
        add(value.replace('\'', "'\\''").into_bytes());
        add(value.replace('\'', "\\'").into_bytes());
    }
    add(markup(value).into_bytes());
    add(value.bytes().flat_map(|byte| hex(byte, false)).collect());
    add(value.bytes().flat_map(|byte| hex(byte, true)).collect());
    for shift in 0..3 {
        for is_url in [false, true] {
            let form = base64(value.as_bytes(), shift, is_url);
            if !found.contains(&form) {
                found.push(form);
            }
        }
    }
    found
}

fn percent(value: &str, kept: &str, upper: bool) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(char::from(byte))) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.extend(hex(byte, upper).map(char::from));
        }
    }
    text
}

fn hex(byte: u8, upper: bool) -> [u8; 2] {
    let digit = |nibble: u8| match nibble {
        0..=9 => b'0' + nibble,
        _ if upper => b'A' + nibble - 10,
        _ => b'a' + nibble - 10,
    };
    [digit(byte >> 4), digit(byte & 15)]
}

/// The inside of a JSON string.
fn json(value: &str, slash: bool, ascii: bool) -> String {
    let mut text = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '/' if slash => text.push_str("\\/"),
            '<' | '>' | '&' if ascii => escape(&mut text, character),
            '\0'..='\x1f' => escape(&mut text, character),
            '\u{7f}'.. if ascii => escape(&mut text, character),
            _ => text.push(character),
        }
    }
    text
}

fn escape(text: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let [high, low] = unit.to_be_bytes();
        text.push_str("\\u");
        text.extend(hex(high, false).into_iter().chain(hex(low, false)).map(char::from));
    }
}

fn markup(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What of the base64 of any text is certain when `value` stands in it `shift` bytes behind a group's begin.
fn base64(value: &[u8], shift: usize, is_url: bool) -> Form {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(value);
    let bits = padded.len() * 8;
    let first = (shift * 8).div_ceil(6);
    let bytes = (first..bits / 6).map(|place| digit(sextet(&padded, place), is_url)).collect();
    Form { bytes, before: usize::from(shift > 0), after: usize::from(!bits.is_multiple_of(6)) }
}

fn sextet(bytes: &[u8], place: usize) -> u8 {
    let bit = place * 6;
    let at = |place: usize| u16::from(bytes.get(place).copied().unwrap_or(0));
    let pair = at(bit / 8) << 8 | at(bit / 8 + 1);
    (pair >> (10 - bit % 8)) as u8 & 63
}

fn digit(sextet: u8, is_url: bool) -> u8 {
    match (sextet, is_url) {
        (62, true) => b'-',
        (63, true) => b'_',
        _ => STANDARD.get(usize::from(sextet)).copied().unwrap_or(b'A'),
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
    [0, 1, 2].map(|place| digit(sextet(&digits, place), false))
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
