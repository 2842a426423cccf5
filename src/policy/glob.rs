//! Patterns over words, paths, hosts and tools, in time that is the product of both lengths at worst.

/// Whether the name is one of those in a text, with blanks between them.
#[inline(never)]
pub fn is_one_of(names: &str, name: &str) -> bool {
    names.split_ascii_whitespace().any(|each| each == name)
}

/// Whether the pattern matches the whole text. `*` stands for any characters; where `parts` is a sign (`/` in paths) not
/// for that, which `**` does. `?` is any one character. Letters match in either case where `ignores_case`.
pub fn matches(pattern: &str, text: &str, parts: Option<u8>, ignores_case: bool) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to go on when the rest does not match: behind the last `*`, and behind the last `**`.
    let mut star: Option<(usize, usize)> = None;
    let mut stars: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(b'*') => {
                if pattern.get(p + 1) == Some(&b'*') || parts.is_none() {
                    while pattern.get(p) == Some(&b'*') {
                        p += 1;
                    }
                    stars = Some((p, t));
                    star = None;
                    // `a/**/b` is `a/b`, too.
                    let is_begin = t == 0 || text.get(t - 1) == parts.as_ref();
                    if parts.is_some() && pattern.get(p) == parts.as_ref() && is_begin && text.get(t) != parts.as_ref()
                    {
                        p += 1;
                    }
                } else {
                    p += 1;
                    star = Some((p, t));
                }
                continue;
            }
            Some(&sign) => {
                let fits = text.get(t).is_some_and(|&byte| {
                    sign == byte
                        || sign == b'?' && Some(byte) != parts
                        || ignores_case && sign.eq_ignore_ascii_case(&byte)
                });
                if fits {
                    (p, t) = (p + 1, t + 1);
                    continue;
                }
            }
            None if t == text.len() => return true,
            None => {}
        }
        if let Some((back, from)) = star
            && text.get(from).is_some_and(|byte| Some(*byte) != parts)
        {
            star = Some((back, from + 1));
            (p, t) = (back, from + 1);
        } else if let Some((back, from)) = stars
            && from < text.len()
        {
            stars = Some((back, from + 1));
            star = None;
            (p, t) = (back, from + 1);
        } else {
            return false;
        }
    }
}

/// Whether one of the alternatives, separated by `|`, matches. No part sign.
pub fn any_of(alternatives: &str, text: &str) -> bool {
    alternatives.split('|').any(|pattern| matches(pattern, text, None, false))
}

/// Whether a shell's pattern, as it was written, could stand for this path: every sign in `[]` counts as any, and a name
/// that begins with a dot is matched only by a dot.
pub fn could_be(pattern: &str, path: &str) -> bool {
    let (mut theirs, mut ours) = (pattern.split('/'), path.split('/'));
    loop {
        match (theirs.next(), ours.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) => {
                if name.starts_with('.') && pattern.starts_with(['*', '?', '[']) || !part(pattern, name) {
                    return false;
                }
            }
            (Some(_), None) | (None, Some(_)) => return false,
        }
    }
}

fn part(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['[', '(', '…']) {
        return matches(pattern, name, None, false);
    }
    // Sets and groups as the widest thing they could be.
    let mut wide = String::with_capacity(pattern.len());
    let mut inside = None;
    for sign in pattern.chars() {
        match (inside, sign) {
            (None, '[') => inside = Some(']'),
            (None, '(') => {
                while wide.ends_with(['@', '+', '!', '?', '*']) {
                    wide.pop();
                }
                inside = Some(')');
            }
            (None, '…') => wide.push('*'),
            (None, sign) => wide.push(sign),
            (Some(end), sign) if sign == end => {
                wide.push(if end == ']' { '?' } else { '*' });
                inside = None;
            }
            (Some(_), _) => {}
        }
    }
    matches(&wide, name, None, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn path(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern, text, Some(b'/'), false), expected, "{pattern} against {text}");
    }

    #[test]
    fn a_star_stays_within_a_part_of_a_path_and_two_do_not() {
        path("/a/*", "/a/b", true);
        path("/a/*", "/a/b/c", false);
        path("/a/**", "/a/b/c", true);
        path("**/.env*", "/a/b/.env.local", true);
        path("**/.env*", ".env", true);
        path("**/.env*", "/a/x.env", false);
        path("/a/**/b", "/a/b", true);
        path("/a/**/b", "/a/x/y/b", true);
        path("/a/**/b", "/a/xb", false);
        path("*.key", "a.key", true);
        path("/?/b", "/a/b", true);
        path("/?/b", "///b", false);
    }

    #[test]
    fn long_patterns_against_long_texts_take_little_time() {
        let (pattern, text) = ("a*".repeat(200), "a".repeat(2_000));
        assert!(matches(&pattern, &text, None, false));
        assert!(!matches(&format!("{pattern}b"), &text, None, false));
        assert!(!matches(&format!("{}b", "**/a*".repeat(100)), &"a/".repeat(2_000), Some(b'/'), false));
    }

    #[test]
    fn a_pattern_of_a_shell_could_be_many_paths() {
        assert!(could_be("/e?c/pass*", "/etc/passwd"));
        assert!(could_be("/[e]tc/@(passwd|x)", "/etc/passwd"));
        assert!(!could_be("/home/u/*", "/home/u/.ssh"));
        assert!(could_be("/home/u/.*", "/home/u/.ssh"));
    }
}
