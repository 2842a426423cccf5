//! Whether the value of a name that says secret is one.

use super::names::{self, Says};
use super::plain::{is_code, is_common, is_place_or_version, is_placeholder, is_prose, is_reference, is_type};
use super::shape::{Shape, is_slug, is_uuid};
use super::text::Set;
use super::value::Manner;

/// More is not looked at.
const LOOKED_AT: usize = 512;

/// Says whether `value` is a secret where it stands.
pub fn is_secret(says: Says, manner: Manner, value: &[u8]) -> bool {
    let value = value.get(..value.len().min(LOOKED_AT)).unwrap_or_default().trim_ascii();
    if value.len() < 3 || is_reference(value) || is_placeholder(value) {
        return false;
    }
    if value.iter().any(|byte| *byte == b' ' || *byte == b'\t') {
        return manner.is_quoted
            && names::is_password(says)
            && value.len() >= 8
            && (manner.is_flag || !is_prose(value));
    }
    if is_place_or_version(value)
        || (manner.is_quoted && matches!(value.last(), Some(b':' | b'?')) && !Shape::of(value).is_random())
    {
        return false;
    }
    let shape = Shape::of(value);
    if !manner.is_quoted
        && !manner.is_query
        && matches!(value.first(), Some(b'(' | b'['))
        && is_code(value.get(1..).unwrap_or_default())
    {
        return false;
    }
    if manner.is_spaced && is_common(value) {
        return false;
    }
    if manner.is_spaced && !manner.is_flag {
        let is_plain = value.iter().all(|byte| Set::Base64Dotted.contains(*byte) || *byte == b'~')
            && !value.starts_with(b"-")
            && !value.starts_with(b"0x");
        // `key 0123456789ABCDEF` is the key's number.
        if !is_plain || (says == Says::Hint && shape.is_hex()) {
            return false;
        }
        let is_mixed = names::is_password(says) && shape.digits > 0 && shape.upper > 0 && shape.lower > 0;
        return shape.is_random()
            || (is_mixed && value.len() >= 10 && !is_slug(value) && !is_code(value))
            || ((shape.is_random_letters() || (shape.is_jumbled() && shape.len >= 12))
                && shape.vowels * 10 < shape.len * 3)
            || (value.len() >= 12 && shape.digits >= 2 && shape.letters() >= 4 && !is_slug(value) && !is_code(value));
    }
    match says {
        Says::Password => is_password(manner, value, &shape),
        Says::Hint => {
            (shape.is_random() || shape.is_random_letters())
                && !is_uuid(value)
                && !is_hash(value, &shape)
                && !is_slug(value)
                && !is_bare_code(manner, value)
        }
        Says::Signature => {
            value.len() >= 16
                && (shape.is_random() || (manner.is_query && shape.letters() + shape.digits >= 16))
                && !is_bare_code(manner, value)
        }
        Says::Secret | Says::Token | Says::Key | Says::Credential | Says::Authorization | Says::Cookie => {
            is_token(says, manner, value, &shape)
        }
    }
}

fn is_bare_code(manner: Manner, value: &[u8]) -> bool {
    !manner.is_quoted && is_code(value)
}

/// Whether a command line, an environment file or a URL gives the value: there, letters are not the name of a variable.
const fn is_literal_place(manner: Manner) -> bool {
    manner.is_flag
        || manner.is_query
        || (manner.is_tight && (manner.is_screaming || manner.is_line) && !manner.is_colon)
}

/// Passwords may be words.
fn is_password(manner: Manner, value: &[u8], shape: &Shape) -> bool {
    if shape.letters() == 0 && shape.signs == 0 {
        return value.len() >= 4 && (manner.is_flag || manner.is_tight || manner.is_quoted || manner.is_data);
    }
    let has_letters_only = shape.digits == 0
        && value.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || matches!(byte, b'_' | b'.' | b'-'));
    if has_letters_only && shape.is_jumbled() {
        return true;
    }
    let long_enough = value.len() >= if manner.is_flag || manner.is_quoted || manner.is_tight { 4 } else { 6 };
    if manner.is_quoted {
        return if manner.is_argument && is_slug(value) && shape.digits <= 1 {
            false
        } else if has_letters_only {
            long_enough && is_word_password(manner, value, shape)
        } else {
            long_enough && !is_call_or_dots(value)
        };
    }
    if is_literal_place(manner) {
        return long_enough
            && !(has_letters_only && names::classify(value).is_some() && !manner.is_flag)
            && !is_bare_call(value);
    }
    if has_letters_only {
        return manner.is_line
            && manner.is_colon
            && shape.upper == 0
            && value.len() >= 8
            && shape.signs == 0
            && names::classify(value).is_none()
            && !is_type(value);
    }
    // `hunter2` could be a variable's name: not where no variable can stand.
    let is_value_place =
        manner.is_said || manner.is_tight || manner.is_data || (manner.is_line && manner.is_colon && !manner.is_closed);
    long_enough
        && !is_type(value)
        && (!is_code(value) || (is_value_place && shape.digits > 0 && shape.signs == 0 && !names_secret(value)))
}

/// A word in quotes: a password unless it reads as a label (`Passwort`), a field's name (`newPassword`) or a kind.
fn is_word_password(manner: Manner, value: &[u8], shape: &Shape) -> bool {
    let is_label = value.first().is_some_and(u8::is_ascii_uppercase)
        && shape.upper == 1
        && value.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    value.len() >= 6
        && !is_label
        && names::classify(value).is_none()
        && !manner.is_argument
        && !value.contains(&b'.')
        && !names_secret(value)
}

/// `password-field`, `passwordInput`: a name made from the word.
fn names_secret(value: &[u8]) -> bool {
    value.windows(4).any(|four| {
        four.eq_ignore_ascii_case(b"pass") || four.eq_ignore_ascii_case(b"secr") || four.eq_ignore_ascii_case(b"toke")
    })
}

fn is_bare_call(value: &[u8]) -> bool {
    (value.contains(&b'(') || value.contains(&b'[')) && is_code(value)
}

fn is_call_or_dots(value: &[u8]) -> bool {
    value.contains(&b'(') && value.ends_with(b")") && is_code(value)
}

/// Tokens and keys are made by machines: digits among letters, or letters in no order.
fn is_token(says: Says, manner: Manner, value: &[u8], shape: &Shape) -> bool {
    if shape.letters() == 0 && shape.signs == 0 {
        return value.len() >= 12 || (manner.is_flag && value.len() >= 6);
    }
    if is_bare_code(manner, value) && (!is_literal_place(manner) || is_bare_call(value)) {
        return false;
    }
    if !manner.is_quoted && manner.is_colon && !manner.is_data && is_type(value) {
        return false;
    }
    if manner.is_argument && is_code(value) {
        return false;
    }
    if shape.digits == 0 {
        return has_no_digits(says, manner, value, shape);
    }
    value.len() >= 8 && (!is_slug(value) || manner.is_flag || shape.is_random()) && !is_constant(manner, value, shape)
}

fn has_no_digits(says: Says, manner: Manner, value: &[u8], shape: &Shape) -> bool {
    if shape.is_random_letters() || (shape.is_jumbled() && shape.len >= 12) {
        return true;
    }
    let has_signs = value
        .iter()
        .filter(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'+' | b'=' | b'~' | b'&'))
        .count()
        >= 2;
    if has_signs && shape.letters() >= 5 {
        return value.len() >= 8 && !is_code(value);
    }
    // A passphrase in place of a key: a flag says it outright.
    (manner.is_flag && value.len() >= 8 && names::classify(value).is_none())
        || (matches!(says, Says::Secret)
            && manner.is_literal()
            && value.len() >= 10
            && names::classify(value).is_none())
}

impl Manner {
    const fn is_literal(self) -> bool {
        is_literal_place(self)
    }
}

/// `SECRET_KEY_V2` behind an equals sign in code: the name of a constant.
fn is_constant(manner: Manner, value: &[u8], shape: &Shape) -> bool {
    !manner.is_quoted && shape.lower == 0 && value.contains(&b'_') && shape.digits <= 2
}

/// The lengths of MD5, SHA-1 and SHA-256 in hexadecimal.
fn is_hash(value: &[u8], shape: &Shape) -> bool {
    shape.is_hex() && matches!(value.len(), 32 | 40 | 64)
}
