//! Lists of words.

/// A list of words, many to a line.
macro_rules! words {
    ($($word:ident)*) => { &[$(stringify!($word)),*] };
}
pub(super) use words;

/// Whether the words are the same, in any case of letters.
pub fn is(word: &[u8], other: &str) -> bool {
    word.eq_ignore_ascii_case(other.as_bytes())
}

/// Whether the word is in the list, which is in small letters.
pub fn is_one_of(word: &[u8], list: &[&str]) -> bool {
    let first = word.first().map(u8::to_ascii_lowercase);
    list.iter().any(|other| other.len() == word.len() && other.as_bytes().first().copied() == first && is(word, other))
}
