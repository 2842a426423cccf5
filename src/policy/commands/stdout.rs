//! What a command prints, where that can be known, for whatever reads it behind a pipe.

use super::arg::Arg;
use crate::policy::glob::is_one_of;
use crate::policy::places::file_name;
use crate::policy::walk::Input;

/// Programs that pass on what they are given, or a part of it, as it is.
const FILTERS: &str = "cat tee head tail sort uniq grep egrep fgrep rg awk gawk sed cut tr nl tac shuf column fold strings pv stdbuf unbuffer less more sponge";
/// Programs whose output is from the network.
const FETCHERS: &str =
    "curl wget fetch aria2c http https httpie nc ncat netcat lynx w3m links xh socat aws gsutil dig host nslookup";

/// What the command prints. `input` tells what it reads, and is asked only where that matters.
pub fn output(argv: &[Arg], input: &dyn Fn() -> Input) -> Input {
    let Some((name, args)) = argv.split_first() else { return Input::Unknown };
    let base = file_name(&name.text);
    // A number is the value of an option: `tail -n +6`.
    let files = || {
        let is_number = |arg: &Arg| {
            arg.text.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit()) || arg.text.starts_with('-')
        };
        args.iter().filter(move |arg| !is_number(arg))
    };
    let operands = || args.iter().filter(|arg| !arg.text.starts_with('-'));
    match base {
        "echo" => echo(args),
        "printf" => printf(args),
        "yes" => Input::Text(String::new()),
        "cat" | "tee" | "pv" | "sponge" | "head" | "tail" if base == "tee" || files().count() == 0 => match input() {
            // Some of it.
            Input::Text(_) if matches!(base, "head" | "tail") => Input::Unknown,
            Input::Names(names) if matches!(base, "head" | "tail") => Input::Names(names.iter().map(chosen).collect()),
            input @ (Input::None
            | Input::Text(_)
            | Input::File(_)
            | Input::Names(_)
            | Input::Network
            | Input::Unknown) => input,
        },
        "locate" | "mdfind" | "plocate" => Input::Names(operands().cloned().collect()),
        // A part of a file is not what is known of it.
        "head" | "tail" if args.len() > 1 && files().count() > 0 => Input::Unknown,
        "cat" | "head" | "tail" if files().count() == 1 => files().next().cloned().map_or(Input::Unknown, Input::File),
        "sudo" | "doas" | "env" | "command" | "nice" | "timeout" | "time" | "exec" | "builtin" | "nohup" | "stdbuf"
        | "proxychains" | "torsocks" => {
            let is_value = |arg: &&Arg| {
                arg.text.contains('=') || arg.text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
            };
            let inner =
                args.iter().position(|arg| !arg.text.starts_with('-') && !is_value(&arg)).and_then(|at| args.get(at..));
            inner.map_or(Input::Unknown, |inner| output(inner, input))
        }
        _ if is_one_of(FETCHERS, base) => Input::Network,
        "ls" | "find" | "fd" | "fdfind" | "git" => listed(base, args),
        "grep" | "egrep" | "rg" | "ag"
            if args.iter().any(|arg| arg.text.starts_with('-') && arg.text.contains(['l', 'L'])) =>
        {
            listed(base, args)
        }
        _ if is_one_of(FILTERS, base)
            || is_one_of(
                "base64 base32 xxd gunzip zcat gzip bunzip2 xz unxz zstd openssl gpg rev od hexdump uudecode jq yq xmllint perl python python3 ruby node iconv",
                base,
            ) =>
        {
            match input() {
                Input::Network => Input::Network,
                // What was listed and then chosen from is some of it.
                Input::Names(names) if is_one_of(FILTERS, base) => Input::Names(names.iter().map(chosen).collect()),
                Input::None | Input::Text(_) | Input::File(_) | Input::Names(_) | Input::Unknown => Input::Unknown,
            }
        }
        _ => Input::Unknown,
    }
}

/// One of the files in a folder.
fn chosen(folder: &Arg) -> Arg {
    if folder.is_glob || folder.text.ends_with("/filtered") {
        return folder.clone();
    }
    Arg { text: [folder.text.trim_end_matches('/'), "/filtered"].concat(), ..folder.clone() }
}

/// What lists files gives those below the folders it is told.
fn listed(base: &str, args: &[Arg]) -> Input {
    if base == "find" {
        return Input::Names(super::finding::found(args).0);
    }
    let has = |words: &str| args.iter().any(|arg| is_one_of(words, &arg.text));
    let mut words = args.iter().filter(|arg| !arg.text.starts_with('-')).cloned();
    let is_whole = match base {
        "ls" => true,
        "git" => {
            words.next();
            !has("-d -o -m --others --deleted --modified diff status grep log")
        }
        _ => has("--files") || words.next().is_some_and(|pattern| pattern.text == "."),
    };
    let mut folders: Vec<Arg> = words.collect();
    if folders.is_empty() {
        folders.push(Arg::known("."));
    }
    if !is_whole {
        folders = folders.iter().map(chosen).collect();
    }
    Input::Names(folders)
}

fn echo(args: &[Arg]) -> Input {
    let mut text = String::new();
    let (mut is_plain, mut has_escapes, mut is_line) = (false, false, true);
    for arg in args {
        if !is_plain && matches!(arg.text.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en") {
            has_escapes |= arg.text.contains('e');
            is_line &= !arg.text.contains('n');
            continue;
        }
        let Some(word) = arg.whole() else { return Input::Unknown };
        if is_plain {
            text.push(' ');
        }
        is_plain = true;
        text.push_str(word);
    }
    if is_line {
        text.push('\n');
    }
    if has_escapes && text.contains('\\') { unescaped(&text) } else { Input::Text(text) }
}

fn printf(args: &[Arg]) -> Input {
    let Some((format, values)) = args.split_first() else { return Input::Unknown };
    let Some(format) = format.whole() else { return Input::Unknown };
    let mut values = values.iter();
    let mut text = String::new();
    loop {
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('%') {
            text.push_str(before);
            let Some(letter) = after.chars().next() else { break };
            match letter {
                '%' => text.push('%'),
                's' | 'b' | 'd' => match values.next().map(Arg::whole) {
                    Some(Some(value)) => text.push_str(value),
                    Some(None) => return Input::Unknown,
                    None => {}
                },
                _ => return Input::Unknown,
            }
            rest = after.get(letter.len_utf8()..).unwrap_or("");
        }
        text.push_str(rest);
        if values.len() == 0 || !format.contains('%') || text.len() > 65_536 {
            break;
        }
    }
    if text.contains('\\') { unescaped(&text) } else { Input::Text(text) }
}

/// Line ends, tabs, and signs by number.
fn unescaped(text: &str) -> Input {
    let mut out = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            out.push(sign);
            continue;
        }
        let (radix, most) = match signs.next() {
            Some('n') => {
                out.push('\n');
                continue;
            }
            Some('t') => {
                out.push('\t');
                continue;
            }
            Some('\\') => {
                out.push('\\');
                continue;
            }
            Some('x') => (16, 2),
            Some('0') => (8, 3),
            Some(other) if other.is_digit(8) => {
                let mut value = other.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(8)) {
                        value = value * 8 + digit;
                        signs.next();
                    }
                }
                out.extend(char::from_u32(value));
                continue;
            }
            Some(_) | None => return Input::Unknown,
        };
        let mut value = 0;
        for _ in 0..most {
            if let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(radix)) {
                value = value * radix + digit;
                signs.next();
            }
        }
        out.extend(char::from_u32(value));
    }
    Input::Text(out)
}
