//! What is read of every construct, written as one line for each command.

mod bounds;
mod branches;
mod calls;
mod expansion;
mod grammar;
mod words;

use super::{Budget, Cwd, Doubt, Given, Piece, Script, Simple, Stdin, Word, read};

const GIVEN: Given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };

fn script(source: &str) -> Script {
    read(source, &GIVEN, &mut Budget::default())
}

/// The commands of a script that is wholly read.
#[track_caller]
fn reads(source: &str, lines: &[&str]) {
    let script = script(source);
    assert_eq!(shown(&script), lines, "{source}");
    assert_eq!(script.doubts, [], "{source}");
}

/// The commands of a script of which something could not be read.
#[track_caller]
fn reads_in_part(source: &str, lines: &[&str], doubts: &[Doubt]) {
    let script = script(source);
    assert_eq!(shown(&script), lines, "{source}");
    assert_eq!(script.doubts, doubts, "{source}");
}

/// The last command, without what stands around it.
#[track_caller]
fn ends_with(source: &str, line: &str) {
    let script = script(source);
    assert_eq!(script.commands.last().map(command).as_deref(), Some(line), "{source}");
    assert_eq!(script.doubts, [], "{source}");
}

fn shown(script: &Script) -> Vec<String> {
    script.commands.iter().map(|simple| format!("{}{}", command(simple), around(simple))).collect()
}

/// Assignments, words, redirects: `A=b cmd 'two words' <variable> 1>file`.
fn command(simple: &Simple) -> String {
    let mut pieces: Vec<String> = simple.env.iter().map(|(name, value)| format!("{name}={}", word(value))).collect();
    pieces.extend(simple.words.iter().map(word));
    pieces.extend(simple.redirects.iter().map(|redirect| {
        let operator = match redirect.kind {
            super::RedirectKind::Read => "<",
            super::RedirectKind::Write => ">",
            super::RedirectKind::Append => ">>",
            super::RedirectKind::ReadWrite => "<>",
        };
        format!("{}{operator}{}", redirect.descriptor, word(&redirect.target))
    }));
    pieces.join(" ")
}

/// Text as it is, quoted where it is empty or has blanks; `<variable>` what is unknown, with a star where it may be
/// several words; `⟨*⟩` a pattern.
fn word(word: &Word) -> String {
    let shown: String = word
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.replace('\n', "⏎"),
            Piece::Glob(pattern) => format!("⟨{pattern}⟩"),
            Piece::Unknown { doubt, is_quoted } => {
                format!("<{}{}>", format!("{doubt:?}").to_lowercase(), if *is_quoted { "" } else { "*" })
            }
        })
        .collect();
    if shown.is_empty() || shown.contains([' ', '\t']) { format!("'{shown}'") } else { shown }
}

/// Standard input, folder, place: ` | #0` from the command of that index, ` @/tmp`, ` &`, ` fn`, ` $()`, ` ?`.
fn around(simple: &Simple) -> String {
    let mut shown = String::new();
    match &simple.stdin {
        Stdin::Inherited => {}
        Stdin::Text(text) => shown += &format!(" <<{}", word(text)),
        Stdin::File(_) => shown += " <",
        Stdin::Pipe(index) => shown += &format!(" |{index}"),
    }
    match &simple.cwd {
        Cwd::Start => {}
        Cwd::At(path) => shown += &format!(" @{path}"),
        Cwd::Unknown => shown += " @?",
    }
    let position = simple.position;
    for (is_so, mark) in [
        (position.is_background, " &"),
        (position.in_function, " fn"),
        (position.in_substitution, " $()"),
        (position.is_conditional, " ?"),
    ] {
        if is_so {
            shown += mark;
        }
    }
    shown
}
