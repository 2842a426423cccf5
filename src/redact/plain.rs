//! Values that stand where a secret would and are none: references, placeholders, names of types, paths, versions.

use super::names;
use super::shape::{Shape, is_slug};
use super::words::{is_one_of, words};

/// Whether the value only says where the secret is: `$TOKEN`, `${{ secrets.X }}`, `process.env.X`, `<your key>`.
pub fn is_reference(value: &[u8]) -> bool {
    let begins = |begin: &str| value.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()));
    let Some(&first) = value.first() else { return false };
    if first == b'$' {
        return is_variable(value);
    }
    let is_named = || {
        REFERENCES.iter().any(|begin| {
            begin.as_bytes().first().is_some_and(|byte| byte.eq_ignore_ascii_case(&first)) && begins(begin)
        })
    };
    // Most values have none of these.
    let has_signs =
        value.iter().any(|byte| matches!(byte, b'{' | b'(' | b'<' | b'[' | b'%' | b'\\' | b'.' | b'^' | b':'));
    is_named() || (has_signs && (is_enclosed(value) || is_pattern(value)))
}

/// `<your key>`, `{{ token }}`, `[secret]`, `%TOKEN%`, and what has `${…}` in it.
fn is_enclosed(value: &[u8]) -> bool {
    let (first, last) = (value.first().copied().unwrap_or(0), value.last().copied().unwrap_or(0));
    let is_whole = match first {
        b'<' => last == b'>' || value.len() < 40,
        b'[' => last == b']' || value.len() < 12,
        b'{' => last == b'}' || is_words(value),
        b'%' => last == b'%' && value.len() > 2,
        b'(' => last == b')',
        // A symbol of Ruby, a parameter of SQL.
        b':' => is_words(value),
        _ => false,
    };
    is_whole
        || [&b"${"[..], b"{{", b"$(", b"#{"].iter().any(|begin| contains(value, begin))
        || (value.len() <= 10 && contains(value, b"%s"))
}

/// `{token`: a closing brace may have been left to what follows.
fn is_words(value: &[u8]) -> bool {
    value.iter().skip(1).all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.'))
}

/// A regular expression that looks for secrets: `(\S+)`, `[^&]*`, `.+`.
fn is_pattern(value: &[u8]) -> bool {
    let value = value.get(..value.len().min(64)).unwrap_or_default();
    [&b"\\S"[..], b"\\w", b"\\d", b"[^", b"(?", b"[A-Z", b"[a-z", b"[0-9"].iter().any(|part| contains(value, part))
        && !Shape::of(value).is_random()
        || [&b".*"[..], b".+", b"(.", b"^"].iter().any(|begin| value.starts_with(begin)) && value.len() < 12
}

#[rustfmt::skip]
const REFERENCES: &[&str] = &[
    "process.env", "os.environ", "os.getenv", "getenv(", "env.", "env(", "ENV[", "System.getenv", "import.meta",
    "std::env", "secrets.", "secret:", "vault:", "vault://", "ssm:", "op://", "arn:aws:", "projects/", "env:",
    "file:", "@Microsoft.KeyVault", "var.", "local.", "data.", "module.", "self.", "this.", "config.", "keyring:",
    "awssm://", "gcpsm://", "azurekeyvault://", "doppler://", "`", "!Ref", "!Sub", "!GetAtt", "!vault", "cmd:",
    "exec:",
];

/// `$NAME`, `$1`, `$name`. What is mixed, as in `$ecret4U`, is a value that begins with a dollar; so is a crypt hash.
fn is_variable(value: &[u8]) -> bool {
    let Some(name) = value.get(1..) else { return true };
    if matches!(name.first(), None | Some(b'{' | b'(' | b'$' | b'@' | b'*' | b'#' | b'?')) || contains(value, b"${") {
        return true;
    }
    let name = name.strip_prefix(b"env:").unwrap_or(name);
    if name.iter().all(u8::is_ascii_digit) {
        return true;
    }
    let path = name
        .split(|byte| matches!(byte, b'.' | b'-' | b'>' | b'[' | b']' | b'/' | b':' | b'%' | b'"'))
        .next()
        .unwrap_or(name);
    let shape = Shape::of(path);
    let is_name = path.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && !path.first().is_some_and(u8::is_ascii_digit);
    is_name && (shape.lower == 0 || shape.digits == 0)
}

/// Whether the value says that a secret belongs there: `changeme`, `your-api-key`, `xxxx`, `***`, `...`.
pub fn is_placeholder(value: &[u8]) -> bool {
    let trimmed = value.trim_ascii();
    let repeated =
        trimmed.iter().filter(|byte| matches!(**byte, b'x' | b'X' | b'*' | b'.' | b'-' | b'_' | b'#' | b'?')).count();
    if repeated == trimmed.len() || (trimmed.len() >= 6 && repeated * 10 >= trimmed.len() * 7) {
        return true;
    }
    let has_dots = trimmed.iter().any(|byte| matches!(byte, b'.' | b'*') || *byte >= 0x80);
    if has_dots && [&b"..."[..], b"***", "…".as_bytes(), "•".as_bytes()].iter().any(|dots| contains(trimmed, dots))
    {
        return true;
    }
    if trimmed.len() <= 16 && is_one_of(trimmed, WORDS) {
        return true;
    }
    // A marker in words, not by chance inside a random value: only a slug is asked.
    let mut words = trimmed.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    is_slug(trimmed)
        && words.clone().next().is_some()
        && (words.clone().all(|word| is_one_of(word, WORDS))
            || words.any(|word| is_one_of(word, MARKERS) || contains(&word.to_ascii_lowercase(), b"xxxx")))
}

const WORDS: &[&str] = words! {
    null nil none undefined true false yes no on off todo tbd na empty string str text password passwd pass secret
    token key changeme changeit change example placeholder redacted masked hidden removed omitted filtered sensitive
    default foo bar baz required optional invalid incorrect missing visible unset unknown value any auto prompt
    stdin confirmed basic bearer inherit disabled enabled plaintext encrypted confidential private public void never
    object array dummy username number integer boolean bool apikey api_key
};

const MARKERS: &[&str] = words! {
    your yours changeme example placeholder replace replaceme insert enter here redacted dummy fake todo sample
    change
};

/// Whether the value could be an identifier or a path of them, as in code: `userPassword`, `req.body.token`, `a::B`.
/// Random letters and digits are none.
pub fn is_code(value: &[u8]) -> bool {
    let Some(first) = value.first() else { return true };
    if !(first.is_ascii_alphabetic() || matches!(first, b'_' | b'&' | b'*' | b'!' | b'@')) {
        return false;
    }
    if is_call(value) {
        return true;
    }
    let end = value.iter().position(|byte| matches!(byte, b'[' | b'<')).unwrap_or(value.len());
    let path = value.get(..end).unwrap_or_default();
    let is_path = path.iter().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b':' | b'?' | b'!' | b'&' | b'*' | b'>' | b'-' | b'@')
    });
    let is_dashed = path.windows(2).any(|pair| matches!(pair, [b'-', other] if *other != b'>'));
    let is_sign = path.iter().any(|byte| matches!(byte, b'!' | b'@' | b'*' | b'&' | b'?'))
        && !matches!(first, b'&' | b'*' | b'!' | b'@');
    is_path
        && !is_dashed
        && !(is_sign && !contains(path, b"?.") && !path.ends_with(b"!") && !path.ends_with(b"?"))
        && path.split(|byte| !byte.is_ascii_alphanumeric()).all(is_identifier_word)
}

/// `getToken()`, `std::env::var("X")`.
fn is_call(value: &[u8]) -> bool {
    let Some(open) = value.iter().position(|byte| *byte == b'(') else { return false };
    open > 0
        && value.get(..open).is_some_and(|name| {
            name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'!' | b'?'))
        })
}

/// A word of a name in code: at most two digits, and those at its end or between its words (`utf8Bytes`, `base64`).
fn is_identifier_word(word: &[u8]) -> bool {
    let shape = Shape::of(word);
    if shape.is_jumbled() || (shape.len >= 20 && shape.is_random_letters()) {
        return false;
    }
    let ends_in_number =
        shape.digit_switches <= 1 && shape.letters() >= 3 && word.last().is_some_and(u8::is_ascii_digit);
    let has_number = shape.digit_switches <= 2
        && shape.letters() >= 8
        && shape.vowels * 10 >= shape.len * 3
        && shape.switches * 20 < shape.len * 9;
    shape.digits == 0 || (shape.digits <= 2 && (ends_in_number || has_number))
}

/// `/etc/x`, `./x`, `~/x`, `C:\x`, `https://…`, `sha512-…`, `^1.2.3`, `2024-01-01`.
pub fn is_place_or_version(value: &[u8]) -> bool {
    is_path(value) || is_url(value) || is_version(value) || is_digest(value)
}

/// A path of words. A random value may begin with a slash, too.
pub fn is_path(value: &[u8]) -> bool {
    let starts = |begin: &[u8]| value.starts_with(begin);
    let is_rooted = starts(b"/") || starts(b"./") || starts(b"../") || starts(b"~/") || starts(b"~");
    let is_windows = value.get(1..3).is_some_and(|pair| pair == b":\\" || pair == b":/")
        && value.first().is_some_and(u8::is_ascii_alphabetic);
    if is_windows {
        return true;
    }
    let parts = value.split(|byte| *byte == b'/');
    is_rooted
        && value.len() > 2
        && parts.clone().all(|part| !Shape::of(part).is_random())
        && (value.contains(&b'.') || parts.count() > 2)
}

fn is_url(value: &[u8]) -> bool {
    value.windows(3).take(24).position(|three| three == b"://").is_some_and(|end| {
        value.get(..end).is_some_and(|scheme| {
            scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        })
    })
}

/// Digits and dots, perhaps with a range mark before.
fn is_version(value: &[u8]) -> bool {
    let bare =
        value.iter().position(|byte| !matches!(byte, b'^' | b'~' | b'>' | b'<' | b'=' | b'v' | b' ')).unwrap_or(0);
    let rest = value.get(bare..).unwrap_or_default();
    let head = rest.split(|byte| matches!(byte, b'-' | b'+' | b' ')).next().unwrap_or_default();
    let dots = head.iter().filter(|byte| **byte == b'.').count();
    dots >= 1
        && rest.len() < 40
        && head.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'x' | b'*'))
        && head.first().is_some_and(u8::is_ascii_digit)
}

fn is_digest(value: &[u8]) -> bool {
    ["sha1-", "sha256-", "sha384-", "sha512-", "sha1:", "sha256:", "sha512:", "md5:", "h1:"]
        .iter()
        .any(|begin| value.starts_with(begin.as_bytes()))
}

/// Sentences and labels: `Enter your password`, `must be at least 8 characters`.
pub fn is_prose(value: &[u8]) -> bool {
    let mut words = 0;
    let mut common = 0;
    for word in value
        .split(|byte| !(byte.is_ascii_alphanumeric() || *byte >= 0x80 || *byte == b'\''))
        .filter(|word| !word.is_empty())
        .take(40)
    {
        words += 1;
        common += usize::from(is_one_of(word, COMMON) || names::classify(word).is_some());
    }
    words < 2
        || common > 0
        || value.first().is_some_and(u8::is_ascii_uppercase) && !value.iter().any(u8::is_ascii_digit)
}

/// Words of sentences.
const COMMON: &[&str] = words! {
    the a an is are be must should not no for to of in and or your you enter please invalid use used with on at from
    this that it has have was min max if least characters option options flag flags argument arguments parameter parameters then by required wrong incorrect new old set reset change forgot
    missing access
};

/// `options`, `is`, `and`: a word of the sentence that a flag or name stands in.
pub fn is_common(value: &[u8]) -> bool {
    is_one_of(value, COMMON)
}

/// Names of types that stand behind a colon in code.
pub fn is_type(value: &[u8]) -> bool {
    let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(value.len());
    let head = value.get(..end).unwrap_or_default();
    is_one_of(
        head,
        &[
            "string", "str", "int", "bool", "boolean", "any", "unknown", "bytes", "number", "char", "text", "varchar",
            "object", "never",
        ],
    ) || value.first().is_some_and(u8::is_ascii_uppercase) && is_code(value) && Shape::of(value).digits == 0
}

/// Whether `part` stands in `value`; only the first bytes are looked at.
pub fn contains(value: &[u8], part: &[u8]) -> bool {
    value.get(..value.len().min(4096)).unwrap_or_default().windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_placeholders_are_no_secrets() {
        for value in [
            "$TOKEN",
            "${TOKEN}",
            "$(cat x)",
            "{{ token }}",
            "<your-key>",
            "process.env.KEY",
            "$token",
            "$1",
            "%TOKEN%",
            "${{ secrets.X }}",
        ] {
            assert!(is_reference(value.as_bytes()), "{value}");
        }
        for value in [
            "xxxxxxxx",
            "***",
            "your-api-key",
            "YOUR_TOKEN_HERE",
            "changeme",
            "...",
            "sk-...",
            "null",
            "my-example-key",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["$3cr3tPw", "$ecret4U", "hunter2", "wJalrXUtnFEMI/K7MDENG", "$2b$12$abcdefghijkl"] {
            assert!(!is_reference(value.as_bytes()) && !is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn code_is_told_from_values() {
        for value in [
            "userPassword",
            "req.body.token",
            "getToken()",
            "std::env::var(",
            "token1",
            "&str",
            "Option<String>",
            "tokens[0]",
            "a?.b",
        ] {
            assert!(is_code(value.as_bytes()), "{value}");
        }
        for value in ["hunter2x9", "a1b2c3", "p@ssw0rd", "Tr0ub4dor&3", "12345", "x7k-29q"] {
            assert!(!is_code(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn paths_versions_and_prose_are_told() {
        for value in [
            "/etc/passwd",
            "./key.pem",
            "~/.ssh/id_rsa",
            "^8.5.1",
            "1.0.6",
            "https://x.example/y",
            "sha512-abc=",
            "C:\\keys\\a",
        ] {
            assert!(is_place_or_version(value.as_bytes()), "{value}");
        }
        assert!(is_prose(b"Enter your password"));
        assert!(!is_prose(b"correct horse battery staple"));
    }
}
