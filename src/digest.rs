//! SHA-256 (FIPS 180-4): names one exact text so that nobody can make another with the same name.
//!
//! By hand, because it is sixty lines and the usual crate brings ten kilobytes of wasm for processors we are not on.

use serde_json::Value;

/// The digest of a text.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of parts, each with its length before it: no two lists of parts read the same.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(sha256(&bytes))
    }

    /// The digest of a name and a value: the same for the same value, in whatever order its names were written.
    #[must_use]
    pub fn of_value(name: &str, value: Option<&Value>) -> Self {
        let mut text = String::new();
        if let Some(value) = value {
            write(value, &mut text);
        }
        Self::of(&[name, &text])
    }

    /// 64 hex digits.
    #[must_use]
    pub fn hex(&self) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

/// A text that only this value has. Depth is bounded by the reader of the JSON, which refuses more than 128 levels.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push('n'),
        Value::Bool(true) => text.push('t'),
        Value::Bool(false) => text.push('f'),
        Value::Number(number) => write_whole('d', &number.to_string(), text),
        Value::String(string) => write_whole('s', string, text),
        Value::Array(list) => {
            text.push('[');
            list.iter().for_each(|item| write(item, text));
            text.push(']');
        }
        Value::Object(map) => {
            text.push('{');
            // Sorted by name: the map is one that keeps order.
            for (name, item) in map {
                write_whole('k', name, text);
                write(item, text);
            }
            text.push('}');
        }
    }
}

/// With the length before it, so that nothing within looks like an end.
fn write_whole(kind: char, string: &str, text: &mut String) {
    text.push(kind);
    text.push_str(&string.len().to_string());
    text.push(':');
    text.push_str(string);
}

const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

fn sha256(text: &[u8]) -> [u8; 32] {
    let mut state = START;
    let blocks = text.chunks_exact(64);
    let rest = blocks.remainder();
    blocks.for_each(|block| state = mixed(state, block));
    // The end: a one, zeros, and the length in bits.
    let mut end = [0_u8; 128];
    let end_bytes = if rest.len() < 56 { 64 } else { 128 };
    let length = (text.len() as u64).wrapping_mul(8).to_be_bytes();
    for (to, &from) in end.iter_mut().zip(rest.iter().chain([&0x80])) {
        *to = from;
    }
    for (to, from) in end.iter_mut().skip(end_bytes - 8).zip(length) {
        *to = from;
    }
    end.chunks_exact(64).take(end_bytes / 64).for_each(|block| state = mixed(state, block));
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(state.iter().flat_map(|word| word.to_be_bytes())) {
        *to = from;
    }
    digest
}

#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
fn mixed(state: [u32; 8], block: &[u8]) -> [u32; 8] {
    // The schedule as a ring of its last sixteen words: nothing is indexed.
    let mut schedule = [0_u32; 16];
    for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
    for round in ROUNDS {
        let [w0, w1, .., w9, _, _, _, _, w14, _] = schedule;
        let choice = (e & f) ^ (!e & g);
        let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let first = h.wrapping_add(sum).wrapping_add(choice).wrapping_add(round).wrapping_add(w0);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = sum.wrapping_add(majority);
        (h, g, f, e) = (g, f, e, d.wrapping_add(first));
        (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        let low = w1.rotate_right(7) ^ w1.rotate_right(18) ^ (w1 >> 3);
        let high = w14.rotate_right(17) ^ w14.rotate_right(19) ^ (w14 >> 10);
        let next = w0.wrapping_add(low).wrapping_add(w9).wrapping_add(high);
        schedule.rotate_left(1);
        if let Some(last) = schedule.last_mut() {
            *last = next;
        }
    }
    let mut mixed = state;
    for (word, more) in mixed.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(more);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        Digest(sha256(text.as_bytes())).hex()
    }

    /// The vectors of the standard, and the lengths around a block's end.
    #[test]
    fn it_is_sha_256() {
        assert_eq!(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hex(long), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        assert_eq!(hex(&"a".repeat(1_000)), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
        assert_eq!(hex(&"a".repeat(55)), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
        assert_eq!(hex(&"a".repeat(64)), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    }

    #[test]
    fn a_value_has_one_digest_and_no_other_value_has_it() {
        let of = |text: &str| Digest::of_value("bash", serde_json::from_str(text).ok().as_ref());
        assert_eq!(of(r#"{"a":1,"b":[true,null]}"#), of(r#"{"b":[true,null],"a":1}"#));
        let others =
            [r#"{"a":"1"}"#, r#"{"a":1}"#, r#"{"a":[1]}"#, r#"{"a":" 1"}"#, r#"{"a":"1","b":""}"#, "{}", "[]", "x"];
        for (n, one) in others.iter().enumerate() {
            for other in others.iter().skip(n + 1) {
                assert_ne!(of(one), of(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Digest::of(&["ab", "c"]), Digest::of(&["a", "bc"]));
        assert_eq!(Digest::of(&["ab", "c"]), Digest::of(&["ab", "c"]));
    }
}
