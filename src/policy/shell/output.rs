//! What a command prints, where that is plain from its words.

use super::escape::{Style, decode};
use super::{Stdin, Word};

/// Commands that print nothing where they succeed.
const SILENT: [&str; 16] = [
    ":", "true", "false", "cd", "export", "unset", "set", "local", "declare", "readonly", "shopt", "mkdir", "touch",
    "exit", "return", "test",
];

/// The output of a command; `None` where only a run would tell.
pub(super) fn of(words: &[Word], stdin: &Stdin, folder: &Word, user: &str) -> Option<String> {
    let texts: Option<Vec<_>> = words.iter().map(Word::known).collect();
    let Some((name, args)) = words.split_first() else { return Some(String::new()) };
    let name = name.known()?;
    if SILENT.contains(&name.as_ref()) {
        return Some(String::new());
    }
    let texts = texts?;
    let args: Vec<&str> = texts.iter().skip(1).take(args.len()).map(AsRef::as_ref).collect();
    match (name.as_ref(), args.as_slice()) {
        // What it runs adds its own.
        ("eval", _) => Some(String::new()),
        ("echo", args) => Some(echo(args)),
        ("printf", ["-v", ..]) => Some(String::new()),
        ("printf", ["--", format, args @ ..] | [format, args @ ..]) => printf(format, args),
        ("cat", [] | ["-"]) => match stdin {
            Stdin::Text(word) => word.known().map(|text| text.into_owned()),
            Stdin::Inherited | Stdin::File(_) | Stdin::Pipe(_) => None,
        },
        ("pwd", []) => folder.known().map(|text| text.into_owned() + "\n"),
        ("whoami", []) => Some(user.to_owned() + "\n"),
        // A new name in the folder for such things, whichever.
        ("mktemp", args)
            if args.iter().all(|arg| {
                matches!(*arg, "-d" | "-q" | "-t" | "--directory" | "--quiet") || !arg.contains(['/', '-'])
            }) =>
        {
            Some("/tmp/tmp.mktemp\n".to_owned())
        }
        // Wherever it is, there it is the same command.
        ("which" | "whence", [name]) | ("command", ["-v", name]) | ("type", ["-p" | "-P", name]) => {
            Some(["/usr/bin/", name, "\n"].concat())
        }
        ("basename", [path]) => {
            let path = path.trim_end_matches('/');
            Some(path.rsplit('/').next().unwrap_or(path).to_owned() + "\n")
        }
        ("dirname", [path]) => Some(dirname(path).to_owned() + "\n"),
        (name, args) => listed(name, args).map(|folder| folder.to_owned() + "\n"),
    }
}

/// Every file of a folder, one after the other: for what is done to each of them, the folder.
fn listed<'a>(name: &str, args: &[&'a str]) -> Option<&'a str> {
    match (name, args) {
        ("git", ["ls-files"] | ["ls-files", "-z"]) => Some("."),
        ("find", [root]) | ("find", [root, "-type", "f"] | [root, "-type", "f", "-print0"] | [root, "-print0"])
            if !root.starts_with(['-', '(', '!']) =>
        {
            Some(root)
        }
        ("find", ["-type", "f"] | []) => Some("."),
        _ => None,
    }
}

/// The same of a command that another one reads from.
pub(super) fn listed_by(words: &[Word]) -> Option<Word> {
    let texts: Vec<_> = words.iter().map(Word::known).collect::<Option<_>>()?;
    let (name, args) = texts.split_first()?;
    let args: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
    listed(name, &args).map(Word::text)
}

fn dirname(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None if path.starts_with('/') => "/",
        None => ".",
    }
}

fn echo(args: &[&str]) -> String {
    let is_option =
        |arg: &&&str| arg.len() > 1 && arg.starts_with('-') && arg.bytes().skip(1).all(|byte| b"neE".contains(&byte));
    let options = args.iter().take_while(is_option).count();
    let (options, words) = args.split_at(options);
    let has = |letter: u8| options.iter().flat_map(|option| option.bytes()).any(|byte| byte == letter);
    let mut text = words.join(" ");
    if has(b'e') {
        let decoded = decode(&text, Style::Echo);
        text = decoded.text;
        if decoded.is_final {
            return text;
        }
    }
    if !has(b'n') {
        text.push('\n');
    }
    text
}

/// `printf` with `%s`, `%d`, `%c`, `%b` and `%%`; the format is used again for the arguments that are left.
pub(super) fn printf(format: &str, args: &[&str]) -> Option<String> {
    let mut out = String::new();
    let mut args = args.iter();
    loop {
        let before = args.len();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            let (plain, behind) = rest.split_at(at);
            out.push_str(&decode(plain, Style::Format).text);
            let mut letters = behind.get(1..)?.chars();
            match letters.next()? {
                '%' => out.push('%'),
                's' => out.push_str(args.next().unwrap_or(&"")),
                'c' => out.extend(args.next().and_then(|arg| arg.chars().next())),
                'd' | 'i' => {
                    let number: i64 = args.next().unwrap_or(&"0").parse().ok()?;
                    out.push_str(&number.to_string());
                }
                'b' => {
                    let decoded = decode(args.next().unwrap_or(&""), Style::Argument);
                    out.push_str(&decoded.text);
                    if decoded.is_final {
                        return Some(out);
                    }
                }
                _ => return None,
            }
            rest = letters.as_str();
        }
        out.push_str(&decode(rest, Style::Format).text);
        if args.len() == 0 || args.len() == before || out.len() > super::expand::TEXT_MOST {
            return (out.len() <= super::expand::TEXT_MOST).then_some(out);
        }
    }
}
