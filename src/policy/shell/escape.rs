//! Backslash escapes of `$'…'`, `echo -e` and `printf`.

/// Where the escapes stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// `$'…'`
    Quote,
    /// A format of `printf`.
    Format,
    /// `echo -e`
    Echo,
    /// `%b` of `printf`
    Argument,
}

/// A text without its escapes.
pub(super) struct Decoded {
    pub text: String,
    /// Whether `\c` said that no more output follows.
    pub is_final: bool,
}

/// What the text stands for. Bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(text: &str, style: Style) -> Decoded {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut is_final = false;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        let Some((letter, behind)) = rest.split_first().filter(|_| *byte == b'\\') else {
            out.push(*byte);
            continue;
        };
        rest = behind;
        match letter {
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'e' | b'E' => out.push(27),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'\\' => out.push(b'\\'),
            b'\'' | b'"' | b'?' if matches!(style, Style::Quote | Style::Format) => out.push(*letter),
            b'0'..=b'7' if style != Style::Echo || *letter == b'0' => {
                let is_led = *letter == b'0' && matches!(style, Style::Echo | Style::Argument);
                let (first, most) = if is_led { (0, 3) } else { (u32::from(letter - b'0'), 2) };
                let value = digits(&mut rest, 8, most, first).0;
                out.push(value.to_le_bytes()[0]);
            }
            b'x' | b'u' | b'U' => {
                let most = match letter {
                    b'x' => 2,
                    b'u' => 4,
                    _ => 8,
                };
                match digits(&mut rest, 16, most, 0) {
                    (_, 0) => out.extend([b'\\', *letter]),
                    (value, _) if *letter == b'x' => out.push(value.to_le_bytes()[0]),
                    (value, _) => {
                        let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                        out.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
            }
            b'c' if style == Style::Quote => {
                if let Some((control, behind)) = rest.split_first() {
                    rest = behind;
                    out.push(if *control == b'?' { 127 } else { control.to_ascii_uppercase() & 0x1f });
                } else {
                    out.extend(b"\\c");
                }
            }
            b'c' if matches!(style, Style::Echo | Style::Argument) => {
                is_final = true;
                break;
            }
            other => out.extend([b'\\', *other]),
        }
        // A text of the shell ends at its first zero byte.
        if style == Style::Quote && out.last() == Some(&0) {
            break;
        }
    }
    out.retain(|byte| *byte != 0);
    Decoded { text: String::from_utf8_lossy(&out).into_owned(), is_final }
}

/// Up to so many digits: their value behind what came before, and how many there were.
fn digits(rest: &mut &[u8], radix: u32, most: usize, first: u32) -> (u32, usize) {
    let mut value = first;
    let mut count = 0;
    while let Some((byte, behind)) = rest.split_first().filter(|_| count < most) {
        let Some(digit) = char::from(*byte).to_digit(radix) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        count += 1;
        *rest = behind;
    }
    (value, count)
}
