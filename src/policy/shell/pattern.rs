//! Patterns of files and of parameter expansion.

use super::Doubt;

/// The most that [`cost`] may say. A path of 200 letters without its last part is 10,000.
pub(super) const COST_MOST: usize = 32 << 10;

/// Whether the pattern matches the whole text. Knows `*`, `?`, `[…]` and backslashes.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (pattern, text);
    // Where to go on when what follows the last star does not match.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        let step = match at.split_first() {
            Some((b'*', behind)) => {
                retry = Some((behind, seen));
                at = behind;
                continue;
            }
            None if seen.is_empty() => return true,
            None => None,
            Some(_) => seen.split_first().and_then(|(byte, left)| Some((one(at, *byte)?, left))),
        };
        match (step, retry) {
            (Some((behind, left)), _) => (at, seen) = (behind, left),
            (None, Some((behind, from))) => {
                let Some((_, from)) = from.split_first() else { return false };
                retry = Some((behind, from));
                (at, seen) = (behind, from);
            }
            (None, None) => return false,
        }
    }
}

/// The rest of the pattern, where its first element matches the byte.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (first, behind) = pattern.split_first()?;
    match first {
        b'?' => Some(behind),
        b'[' => match class(behind, byte) {
            Some((true, behind)) => Some(behind),
            Some((false, _)) => None,
            None => (byte == b'[').then_some(behind),
        },
        b'\\' => {
            let (literal, behind) = behind.split_first()?;
            (*literal == byte).then_some(behind)
        }
        literal => (*literal == byte).then_some(behind),
    }
}

/// Whether the byte is in the class, and what follows the class; `None` where it has no end.
fn class(pattern: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let (is_negated, mut rest) = match pattern.split_first()? {
        (b'!' | b'^', rest) => (true, rest),
        _ => (false, pattern),
    };
    let mut is_in = false;
    let mut is_first = true;
    loop {
        let (low, behind) = rest.split_first()?;
        if *low == b']' && !is_first {
            return Some((is_in != is_negated, behind));
        }
        is_first = false;
        rest = behind;
        match behind {
            [b'-', high, left @ ..] if *high != b']' => {
                is_in |= (*low..=*high).contains(&byte);
                rest = left;
            }
            _ => is_in |= *low == byte,
        }
    }
}

/// What is left of the text without the beginning (or end) that the pattern matches.
pub(super) fn trim<'t>(text: &'t str, pattern: &str, at_end: bool, longest: bool) -> Result<&'t str, Doubt> {
    if is_plain(pattern) {
        let left = if at_end { text.strip_suffix(pattern) } else { text.strip_prefix(pattern) };
        return Ok(left.unwrap_or(text));
    }
    guard(text, pattern)?;
    // For a beginning the shortest is the lowest cut; for an end the highest.
    let is_upward = at_end == longest;
    for step in 0..=text.len() {
        let cut = if is_upward { step } else { text.len() - step };
        let (before, behind) = text.split_at(cut);
        let (gone, left) = if at_end { (behind, before) } else { (before, behind) };
        if matches(pattern.as_bytes(), gone.as_bytes()) {
            return Ok(left);
        }
    }
    Ok(text)
}

/// The text with the first match, or all, replaced.
pub(super) fn replace(text: &str, pattern: &str, by: &str, all: bool, anchor: u8) -> Result<String, Doubt> {
    let is_plain = is_plain(pattern);
    if !is_plain {
        guard(text, pattern)?;
    }
    let mut out = String::new();
    let mut rest = text;
    let mut is_done = pattern.is_empty() && anchor == 0;
    if is_plain && anchor != 0 {
        let found = if anchor == b'#' { text.strip_prefix(pattern) } else { text.strip_suffix(pattern) };
        return Ok(match (found, anchor) {
            (None, _) => text.to_owned(),
            (Some(left), b'#') => [by, left].concat(),
            (Some(left), _) => [left, by].concat(),
        });
    }
    while !is_done {
        let found = if is_plain {
            rest.find(pattern).map(|at| (at, at + pattern.len()))
        } else {
            longest(rest, pattern, anchor)
        };
        let Some((from, to)) = found else { break };
        out.push_str(rest.get(..from).unwrap_or_default());
        out.push_str(by);
        if to == from {
            is_done = true;
        }
        rest = rest.get(to..).unwrap_or_default();
        is_done |= !all || rest.is_empty();
        if out.len() > super::expand::TEXT_MOST {
            return Err(Doubt::Bounds);
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The first place of the longest match.
fn longest(text: &str, pattern: &str, anchor: u8) -> Option<(usize, usize)> {
    for from in 0..=text.len() {
        for to in (from..=text.len()).rev() {
            let is_allowed = match anchor {
                b'#' => from == 0,
                b'%' => to == text.len(),
                _ => to > from,
            };
            let part = text.get(from..to).unwrap_or_default();
            if is_allowed && matches(pattern.as_bytes(), part.as_bytes()) {
                return Some((from, to));
            }
        }
    }
    None
}

/// Whether it matches nothing but itself.
fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', '\\', '('])
}

/// What it costs to try every cut of a text, and every part of it: the caller pays before.
pub(super) fn cost(text: &str, pattern: &str, is_replaced: bool) -> usize {
    let length = text.len();
    if is_plain(pattern) {
        return length;
    }
    let once = length.saturating_mul(length).saturating_mul(pattern.len()) / 8;
    if is_replaced { once.saturating_mul(length) / 4 } else { once }
}

fn guard(text: &str, pattern: &str) -> Result<(), Doubt> {
    // `?` and classes are of characters, and here of bytes; `[[:alpha:]]` and `@(a|b)` are not read.
    if !text.is_ascii() || pattern.contains("[:") || pattern.contains('(') {
        return Err(Doubt::Variable);
    }
    Ok(())
}
