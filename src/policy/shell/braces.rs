//! `{a,b}` and `{1..5}`.

use super::tree::{Part, Raw};

/// Words that come of one. More is no way of writing, but of hiding.
const WORDS_MOST: usize = 256;

/// Braces within braces.
const NESTING_MOST: usize = 32;

/// A piece of a word whose parts are borrowed from it.
#[derive(Clone, Debug)]
pub(super) enum Bit<'r> {
    Text(String),
    Part(&'r Part),
}

/// A word without braces.
pub(super) type Plain<'r> = Vec<Bit<'r>>;

/// What stands between `{` and `}` so far.
#[derive(Default)]
struct Open<'r> {
    /// The alternatives that are complete, each several words.
    done: Vec<Vec<Plain<'r>>>,
    /// The words of the alternative at which we are.
    words: Vec<Plain<'r>>,
    /// What was written, for a brace that is none.
    literal: Option<String>,
}

/// Whether there may be braces in it.
pub(super) fn has_braces(raw: &Raw) -> bool {
    raw.iter().any(|part| matches!(part, Part::Text(text) if text.contains('{')))
}

/// The words that come of a word; `None` where they are too many.
pub(super) fn expand<'r>(raw: &'r Raw, spend: &mut impl FnMut(usize) -> bool) -> Option<Vec<Plain<'r>>> {
    let mut stack: Vec<Open> = vec![Open::new()];
    for part in raw {
        let Part::Text(text) = part else {
            add(&mut stack, &Bit::Part(part), spend)?;
            if let Some(open) = stack.last_mut() {
                open.literal = None;
            }
            continue;
        };
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let is_inside = stack.len() > 1;
            let end = rest.find(|c| c == '{' || (is_inside && (c == ',' || c == '}'))).unwrap_or(rest.len());
            let (plain, behind) = rest.split_at(end);
            if !plain.is_empty() {
                add(&mut stack, &Bit::Text(plain.to_owned()), spend)?;
                if let Some(literal) = stack.last_mut().and_then(|open| open.literal.as_mut()) {
                    literal.push_str(plain);
                }
            }
            let mut letters = behind.chars();
            match letters.next() {
                Some('{') if stack.len() > NESTING_MOST => return None,
                Some('{') => stack.push(Open::new()),
                Some(',') => comma(&mut stack),
                Some(_) => close(&mut stack, spend)?,
                None => {}
            }
            rest = letters.as_str();
        }
    }
    // A brace that is never closed is a character.
    while stack.len() > 1 {
        let open = stack.pop()?;
        let words = unbraced(open, "", spend)?;
        append(&mut stack, words, spend)?;
    }
    stack.pop().map(|open| open.words)
}

impl Open<'_> {
    fn new() -> Self {
        Self { done: Vec::new(), words: vec![Plain::new()], literal: Some(String::new()) }
    }
}

fn comma(stack: &mut [Open]) {
    if let Some(open) = stack.last_mut() {
        let words = std::mem::replace(&mut open.words, vec![Plain::new()]);
        open.done.push(words);
        open.literal = None;
    }
}

/// Adds a piece to every word that is being made.
fn add<'r>(stack: &mut [Open<'r>], bit: &Bit<'r>, spend: &mut impl FnMut(usize) -> bool) -> Option<()> {
    let open = stack.last_mut()?;
    let length = match bit {
        Bit::Text(text) => text.len(),
        Bit::Part(_) => 8,
    };
    if !spend(open.words.len() * (length + 16)) {
        return None;
    }
    for word in &mut open.words {
        word.push(bit.clone());
    }
    Some(())
}

/// Every word that is being made, followed by every one of these.
fn append<'r>(stack: &mut [Open<'r>], ends: Vec<Plain<'r>>, spend: &mut impl FnMut(usize) -> bool) -> Option<()> {
    let open = stack.last_mut()?;
    open.literal = None;
    let count = open.words.len().saturating_mul(ends.len());
    let bits: usize = open.words.iter().chain(&ends).map(Vec::len).sum();
    if count > WORDS_MOST || !spend(count.saturating_mul(16) + bits * 8) {
        return None;
    }
    let words = std::mem::take(&mut open.words);
    open.words =
        words.iter().flat_map(|word| ends.iter().map(|end| [word.as_slice(), end.as_slice()].concat())).collect();
    Some(())
}

/// The end of a brace: alternatives, a range, or only characters.
fn close<'r>(stack: &mut Vec<Open<'r>>, spend: &mut impl FnMut(usize) -> bool) -> Option<()> {
    let mut open = stack.pop()?;
    let words = if !open.done.is_empty() {
        open.done.push(std::mem::take(&mut open.words));
        open.done.into_iter().flatten().collect()
    } else if let Some(texts) = open.literal.as_deref().and_then(range) {
        let texts = texts.filter(|texts| spend(texts.len() * 16));
        texts?.into_iter().map(|text| Plain::from([Bit::Text(text)])).collect()
    } else {
        unbraced(open, "}", spend)?
    };
    if words.len() > WORDS_MOST {
        return None;
    }
    append(stack, words, spend)
}

fn unbraced<'r>(mut open: Open<'r>, end: &str, spend: &mut impl FnMut(usize) -> bool) -> Option<Vec<Plain<'r>>> {
    let mut stack = [Open::new()];
    add(&mut stack, &Bit::Text("{".to_owned()), spend)?;
    open.done.push(open.words);
    let mut is_first = true;
    for words in open.done {
        if !is_first {
            add(&mut stack, &Bit::Text(",".to_owned()), spend)?;
        }
        is_first = false;
        append(&mut stack, words, spend)?;
    }
    add(&mut stack, &Bit::Text(end.to_owned()), spend)?;
    let [open] = stack;
    Some(open.words)
}

/// The texts of `1..5`, `a..e`, `1..9..2`: `None` where it is no range, and none inside where it is too wide.
fn range(text: &str) -> Option<Option<Vec<String>>> {
    let mut ends = text.split("..");
    let (first, last, step) = (ends.next()?, ends.next()?, ends.next().unwrap_or("1"));
    let step: i64 = step.parse().ok()?;
    if ends.next().is_some() {
        return None;
    }
    let letters = letter(first).zip(letter(last));
    let (from, to) = match letters {
        Some((from, to)) => (i64::from(from), i64::from(to)),
        None => (first.parse::<i64>().ok()?, last.parse::<i64>().ok()?),
    };
    // Leading zeros say how wide the numbers are.
    let is_padded = [first, last]
        .iter()
        .any(|end| end.trim_start_matches('-').strip_prefix('0').is_some_and(|left| !left.is_empty()));
    let width = if is_padded { first.len().max(last.len()) } else { 0 };
    let step = step.unsigned_abs().max(1);
    if from.abs_diff(to) / step >= WORDS_MOST as u64 || width > 32 {
        return Some(None);
    }
    let mut texts = Vec::new();
    let mut value = from;
    while if from <= to { value <= to } else { value >= to } {
        texts.push(match letters {
            Some(_) => char::from(u8::try_from(value).unwrap_or(b'?')).to_string(),
            None => padded(value, width),
        });
        let next = if from <= to { value.checked_add_unsigned(step) } else { value.checked_sub_unsigned(step) };
        match next {
            Some(next) => value = next,
            None => break,
        }
    }
    Some(Some(texts))
}

fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] if byte.is_ascii_alphabetic() => Some(*byte),
        _ => None,
    }
}

fn padded(value: i64, width: usize) -> String {
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    let zeros = "0".repeat(width.saturating_sub(digits.len() + sign.len()));
    [sign, &zeros, &digits].concat()
}
