//! The little language of the table.
//!
//! A row has the names of a tool and a text. Each line of the text is `tests : effects`; all lines are tried, and every
//! one whose tests hold has its effects. A line without `:` says how options are written.
//!
//! | form line | |
//! |---|---|
//! | `opts -o --out` | options with a value in the next word |
//! | `bare -f rm\|rmi` | but this one has none behind these subcommands |
//! | `help` | it does nothing where `--help` or `--version` stands |
//! | `dash1` | options are long with one `-` |
//! | `plus` | options begin with `+`, too |
//! | `first`, `first 2 run\|exec` | options end at the first operand (wrappers); at the second, of these subcommands |
//! | `first 2 run\|exec compose` | not where this is one of the two |
//!
//! | test | holds when |
//! |---|---|
//! | `push`, `push\|send-*` | the next operand is this; operands are taken in order |
//! | `-f\|--force` | one of these options is there, short ones also within others (`-xf`); `--recursive~` in short, too |
//! | `--type=x*` | that option has such a value |
//! | `!-n\|--dry-run` | none of these options is there |
//! | `@glob\|glob` | an operand further on looks so |
//! | `!@glob` | none does |
//! | `1`, `0` | there is another operand, there is none |
//! | `=glob\|glob` | the last operand looks so |
//! | `$` | an operand is what another command prints |
//! | `<` | standard input is a pipe, a file or a here-document |
//!
//! | effect | what |
//! |---|---|
//! | `!rule` | the built-in rule of that name |
//! | `pure` | it only looks: quiet in `strict` |
//! | `r`, `w`, `d`, `t`, `m` + which | operands are read, written, deleted, deleted with all below, changed with all below |
//! | `u`, `h` + which | operands are URLs; hosts |
//! | `n` | it goes to the network, the table does not know where |
//! | `x` + which | the operands from there on are a command |
//! | `s` + which | shell code |
//! | `X`, `S`, `R` + which | the same in a container, or on another machine |
//! | `c<lang>:` + which | code of a language |
//! | `f<lang>:` + which | a file of code, run |
//! | `+name` | this is noted for the commands behind it |
//! | `name?rule` | the built-in rule, where that was noted |
//! | `&name` | a special of the engine |
//!
//! Which: `*` all operands not yet taken, `1` the first of them, `2-` from the second, `-1` the last, `-` all but the last,
//! `--` the words behind `--`, `=-o|--out` the values of options, `<` standard input.

use super::arg::Arg;
use crate::policy::glob::{any_of, is_one_of, matches};

/// A tool, or several that are alike.
#[derive(Debug)]
pub struct Row {
    /// Its names, with blanks between them.
    pub names: &'static str,
    /// What it does.
    pub text: &'static str,
    /// What shows it, and what the default profile decides on it.
    #[cfg(test)]
    pub examples: &'static [(&'static str, &'static str)],
}

/// Rows of a family: `"names" "text" [ decision "command", … ]`. Examples are only in tests.
macro_rules! rows {
    ($($names:literal $text:literal [$($decision:ident $example:literal),* $(,)?])*) => {
        &[$($crate::policy::commands::row::Row {
            names: $names,
            text: $crate::policy::commands::row::lines!($text),
            #[cfg(test)]
            examples: &[$((stringify!($decision), $example)),*],
        }),*]
    };
}
pub(super) use rows;

/// A text without the blanks that indent its lines: they are for who reads the table, and seven kilobytes.
macro_rules! lines {
    ($text:literal) => {{
        const LENGTH: usize = $crate::policy::commands::row::without_indent::<0>($text).1;
        const LINES: [u8; LENGTH] = $crate::policy::commands::row::without_indent::<LENGTH>($text).0;
        match std::str::from_utf8(&LINES) {
            Ok(lines) => lines,
            Err(_) => $text,
        }
    }};
}
pub(super) use lines;

/// The first `N` bytes of it, and how many there would be.
#[expect(clippy::indexing_slicing, reason = "it runs while this is compiled, and then there is no other way")]
pub(super) const fn without_indent<const N: usize>(text: &str) -> ([u8; N], usize) {
    let (bytes, mut lines, mut length, mut at, mut is_start) = (text.as_bytes(), [0; N], 0, 0, true);
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if is_start && matches!(byte, b' ' | b'\n') {
            continue;
        }
        is_start = byte == b'\n';
        if length < N {
            lines[length] = byte;
        }
        length += 1;
    }
    (lines, length)
}

/// The words of a command behind its name, told apart.
#[derive(Debug, Default)]
pub struct Parsed<'a> {
    /// Each option with its value. A short option is `-x`, also out of `-abx`.
    pub options: Vec<(Name<'a>, Value)>,
    /// Places of the operands in the words.
    pub operands: Vec<usize>,
}

/// The name of an option.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Name<'a> {
    /// `-x`
    Short(u8),
    /// `--long`, or `-long` where the tool writes it so; with its dashes.
    Long(&'a str),
}

/// The value of an option, if it has one: the place of the word that it is in, and where in that it begins.
type Value = Option<(usize, usize)>;

impl Row {
    /// Lines of tests and effects.
    pub fn clauses(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let rest = self.text.get(self.forms().len()..).unwrap_or("");
        rest.split('\n').filter_map(clause)
    }

    /// The lines that say how options are written. They stand in front, so that nobody looks for them in all of it.
    fn forms(&self) -> &'static str {
        let mut length = 0;
        for line in self.text.split('\n') {
            if clause(line).is_some() {
                break;
            }
            length += line.len() + 1;
        }
        self.text.get(..length).unwrap_or(self.text)
    }

    /// Whether it does nothing where it is asked for help: `help`.
    pub fn is_helpful(&self) -> bool {
        self.forms().split('\n').any(|line| line == "help")
    }

    /// Whether a word in the first place that may be any of this pattern may make it dangerous.
    pub fn may_be_dangerous(&self, pattern: &str) -> bool {
        !self.names.is_empty()
            && self.clauses().filter(|(_, effects)| effects.contains('!')).any(|(tests, _)| {
                let words = tests.split(' ').next().unwrap_or("").split('|');
                words
                    .filter(|word| word.starts_with(|sign: char| sign.is_ascii_alphabetic()))
                    .any(|word| matches(pattern, word, None, false))
            })
    }

    /// Whether an option has no value here: `bare -f rm|rmi`, told with or without its dash.
    fn is_bare(forms: &str, option: &str, operands: &[usize], args: &[Arg]) -> bool {
        let Some(mut words) = form(forms, "bare ").map(str::split_ascii_whitespace) else { return false };
        let is_it = words.next().is_some_and(|name| name == option || name.strip_prefix('-') == Some(option));
        let subs = words.next().unwrap_or("");
        is_it && operands.iter().take(3).filter_map(|&at| args.get(at)).any(|arg| any_of(subs, &arg.text))
    }

    /// Whether no option comes behind these operands: `first`, `first 2 run|exec`.
    fn options_end(forms: &str, operands: &[usize], args: &[Arg]) -> bool {
        forms.split('\n').filter_map(|line| line.strip_prefix("first")).any(|rest| {
            let mut words = rest.split_ascii_whitespace();
            let count = words.next().and_then(|count| count.parse().ok()).unwrap_or(1);
            let subs = || operands.iter().filter_map(|&at| args.get(at)).take(2);
            let is_one = words.next().is_none_or(|names| subs().any(|arg| any_of(names, &arg.text)));
            let is_other = words.next().is_some_and(|other| subs().any(|arg| arg.text == other));
            operands.len() >= count && is_one && !is_other
        })
    }

    /// What reading it against so many words costs, in steps of the budget.
    pub fn cost(&self, words: usize) -> usize {
        512 + self.text.len() / 4 + words * (self.forms().len() / 8 + 16)
    }

    /// Tells options from operands as this tool would.
    pub fn parse<'a>(&self, args: &'a [Arg]) -> Parsed<'a> {
        let forms = self.forms();
        let with_value = form(forms, "opts ").unwrap_or("");
        let (is_dash1, has_plus) = (form(forms, "dash1").is_some(), form(forms, "plus").is_some());
        let ends = |operands: &[usize]| Self::options_end(forms, operands, args);
        let takes = |option: &str| is_one_of(with_value, option);
        let mut parsed = Parsed::default();
        let mut at = 0;
        while let Some(arg) = args.get(at) {
            let text = arg.text.as_str();
            if text == "--" {
                parsed.options.push((Name::Long(text), None));
                parsed.operands.extend(at + 1..args.len());
                break;
            }
            if has_plus && text.starts_with('+') {
                at += 1;
                continue;
            }
            let is_long = text.starts_with("--") || is_dash1 && text.starts_with('-') && text.len() > 1;
            if is_long {
                match text.split_once('=') {
                    Some((name, _)) => parsed.options.push((Name::Long(name), Some((at, name.len() + 1)))),
                    None if takes(text) && !Self::is_bare(forms, text, &parsed.operands, args) => {
                        parsed.options.push((Name::Long(text), Some((at + 1, 0))));
                        at += 1;
                    }
                    None => parsed.options.push((Name::Long(text), None)),
                }
            } else if text.starts_with('-') && text.len() > 1 {
                for (place, letter) in text.bytes().enumerate().skip(1) {
                    let rest = text.get(place + 1..).unwrap_or("");
                    let has_value = letter.is_ascii()
                        && with_value.split_ascii_whitespace().any(|each| each.as_bytes() == [b'-', letter])
                        && !text
                            .get(place..=place)
                            .is_some_and(|letter| Self::is_bare(forms, letter, &parsed.operands, args));
                    let value = if rest.is_empty() { (at + 1, 0) } else { (at, place + 1) };
                    parsed.options.push((Name::Short(letter), has_value.then_some(value)));
                    if has_value {
                        at = value.0;
                        break;
                    }
                }
            } else {
                parsed.operands.push(at);
                if ends(&parsed.operands) {
                    parsed.operands.extend(at + 1..args.len());
                    break;
                }
            }
            at += 1;
        }
        parsed
    }
}

/// A line of tests and effects.
fn clause(line: &'static str) -> Option<(&'static str, &'static str)> {
    // A test may hold a `:`, an effect too; the sign that parts them stands free. Looked for by hand: a searcher for three
    // bytes is made in the time in which it is found, and this is a tenth of all the work.
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b':')?;
        let is_free = bytes.get(at + 1) == Some(&b' ') && (at == 0 || bytes.get(at - 1) == Some(&b' '));
        if is_free {
            return Some((line.get(..at)?.trim_ascii_end(), line.get(at + 2..)?));
        }
        at += 1;
    }
}

fn form<'f>(forms: &'f str, head: &str) -> Option<&'f str> {
    forms.split('\n').find_map(|line| line.strip_prefix(head))
}

impl Parsed<'_> {
    /// Whether the tests of a clause hold, and how many operands they took.
    pub fn holds(&self, tests: &str, args: &[Arg], has_input: bool) -> Option<usize> {
        let mut taken = 0;
        for test in tests.split_ascii_whitespace() {
            let text_at =
                |place: usize| self.operands.get(place).and_then(|&at| args.get(at)).map(|arg| arg.text.as_str());
            let (is_not, test) = match test.strip_prefix('!') {
                Some(test) => (true, test),
                None => (false, test),
            };
            let holds = match test.as_bytes() {
                [b'-', ..] => self.has(test, args),
                [b'1'] => text_at(taken).is_some(),
                [b'0'] => text_at(taken).is_none(),
                [b'<'] => has_input,
                [b'$'] => {
                    let rest = self.operands.get(taken..).unwrap_or(&[]);
                    rest.iter().filter_map(|&at| args.get(at)).any(|arg| arg.is_output)
                }
                [b'=', ..] => {
                    let last = self.operands.len().checked_sub(1).and_then(text_at);
                    last.is_some_and(|text| any_of(test.get(1..).unwrap_or(""), text))
                }
                [b'@', ..] => {
                    let globs = test.get(1..).unwrap_or("");
                    (taken..self.operands.len()).any(|place| text_at(place).is_some_and(|text| any_of(globs, text)))
                }
                _ => {
                    // A word that may be none is passed over.
                    while self.operands.get(taken + 1).is_some()
                        && self
                            .operands
                            .get(taken)
                            .and_then(|&at| args.get(at))
                            .is_some_and(|arg| arg.is_open && arg.is_nothing_known())
                    {
                        taken += 1;
                    }
                    let fits = text_at(taken).is_some_and(|text| any_of(test, text));
                    taken += usize::from(fits && !is_not);
                    fits
                }
            };
            if holds == is_not {
                return None;
            }
        }
        Some(taken)
    }

    /// Whether one of the options `-x|--long|--name=glob` is there.
    fn has(&self, test: &str, args: &[Arg]) -> bool {
        test.split('|').any(|option| {
            let (name, glob) = match option.split_once('=') {
                Some((name, glob)) => (name, Some(glob)),
                None => (option, None),
            };
            self.options.iter().any(|&(ours, value)| {
                is_named(ours, name)
                    && glob.is_none_or(|glob| text_of(value, args).is_some_and(|text| matches(glob, text, None, false)))
            })
        })
    }

    /// The values of options.
    pub fn values<'b>(&'b self, names: &'b str, args: &'b [Arg]) -> impl Iterator<Item = Arg> + 'b {
        self.options.iter().filter_map(move |&(ours, value)| {
            let is_one = names.split('|').any(|name| is_named(ours, name));
            if !is_one {
                return None;
            }
            args.get(value?.0).zip(text_of(value, args)).map(|(arg, text)| arg.part(text))
        })
    }
}

fn text_of(value: Value, args: &[Arg]) -> Option<&str> {
    let (at, from) = value?;
    args.get(at)?.text.get(from..)
}

/// `--rec~` stands for every beginning of the name that is longer than that.
fn is_named(ours: Name, name: &str) -> bool {
    match ours {
        Name::Short(letter) => name.as_bytes() == [b'-', letter],
        Name::Long(ours) => match name.strip_suffix('~') {
            Some(name) => ours.len() > 3 && name.starts_with(ours),
            None => ours == name,
        },
    }
}
