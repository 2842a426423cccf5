//! Words come out as bash makes them.

use opencode_swarm_pack::policy::shell::{Budget, Given, Piece, Simple, Word, read};

use super::bash;
use super::dice::{Dice, smaller};

/// What a word reads as, where it is known. Patterns are text: bash runs without them.
fn known(word: &Word) -> Option<String> {
    let pieces = word.pieces.iter().map(|piece| match piece {
        Piece::Text(text) | Piece::Glob(text) => Some(text.as_str()),
        Piece::Unknown { .. } => None,
    });
    pieces.collect::<Option<Vec<_>>>().map(|pieces| pieces.concat())
}

fn is_show(simple: &&Simple) -> bool {
    simple.words.first().and_then(Word::known).is_some_and(|name| name == "show")
}

/// The arguments of each `show`, as we read them.
fn ours(source: &str) -> Option<Vec<Option<Vec<String>>>> {
    let given = Given { home: "/home/ada", user: "ada", cwd: "/", vars: &[] };
    let script = read(source, &given, &mut Budget::default());
    // What is not named may be one, too.
    let is_named = |simple: &Simple| simple.words.first().is_none_or(|word| known(word).is_some());
    if !script.doubts.is_empty() || !script.commands.iter().all(is_named) {
        return None;
    }
    let calls = script.commands.iter().filter(is_show);
    Some(calls.map(|simple| simple.words.iter().skip(1).map(known).collect()).collect())
}

/// The same, as bash says. The function prints, and nothing else is there to be run.
fn theirs(source: &str) -> Vec<Vec<String>> {
    let script = format!("show() {{ [ $# = 0 ] || printf '%s\\0' \"$@\"; printf '\\1\\0'; }}\n{source}\n");
    let printed = bash::prints(&script);
    let mut calls = vec![Vec::new()];
    for text in printed.split(|byte| *byte == 0).filter_map(|text| String::from_utf8(text.to_vec()).ok()) {
        if text == "\u{1}" {
            calls.push(Vec::new());
        } else if let Some(last) = calls.last_mut() {
            last.push(text);
        }
    }
    calls.pop();
    calls
}

fn differs(source: &str) -> bool {
    let (Some(ours), theirs) = (ours(source), theirs(source)) else { return false };
    // Where bash gives up, what it said before counts. A loop over something unknown is one turn for us, and then
    // nobody knows which call is which.
    if ours.len() < theirs.len() && source.contains("for ") {
        return false;
    }
    ours.len() < theirs.len()
        || ours.iter().zip(&theirs).any(|(ours, theirs)| ours.as_ref().is_some_and(|ours| ours != theirs))
}

fn name(dice: &mut Dice) -> &'static str {
    dice.pick(&["a", "b", "c"])
}

fn number(dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => format!(
            "({}{}{})",
            dice.below(9),
            dice.pick(&["+", "-", "*", "<", "==", "&&", "||", "|", "&", "^", "<<", ">>", "!="]),
            number(dice)
        ),
        1 => format!("{} ? {} : {}", dice.below(2), number(dice), number(dice)),
        2 => format!("{}{}", dice.pick(&["-", "!", "~", "+"]), dice.below(9)),
        3 => dice
            .pick(&["0x1F", "010", "2#11", "n", "$n", "n*2", "n**2", "n++", "++n", "n+=2", "n%3", "7/2", "(n=4)", "m"])
            .to_owned(),
        _ => dice.below(100).to_string(),
    }
}

fn piece(dice: &mut Dice) -> String {
    let name = name(dice);
    match dice.below(26) {
        0 => format!("${name}"),
        1 => format!("\"${name}\""),
        2 => format!("\"x ${{{name}}} y\""),
        3 => format!("$(({}))", number(dice)),
        4 => dice
            .pick(&[
                "{x,y}",
                "{1..3}",
                "{c..a}",
                "{x,\"y z\"}{1,2}",
                "{,x}",
                "{x}",
                "{",
                "}",
                "{a,{b,c}}",
                "{01..3}",
                "{5..1..2}",
            ])
            .to_owned(),
        5 => format!(
            "${{{name}{}}}",
            dice.pick(&[
                ":-d e", "-d", ":+p q", "+p", "#?", "##*.", "%.*", "%%.*", "#*[ac]", "/a/X", "//a/X", "//[ab]/",
                "/#a/X", "/%c/X", "//\\*/s", ":1", ":1:2", ": -2", ":0:-1", "^^", ",,", "^", ",", "@U", "%\"$b\"",
                "#'a'", "//?/y", "/ /_", "// /_", "[0]", ":=d", "%%*( )", "/a*b/X",
            ])
        ),
        6 => format!(
            "\"${{{name}{}}}\"",
            dice.pick(&[
                ":-d e",
                ":-\"d e\"",
                ":+p q",
                "#*.",
                "%.*",
                "//a/X Y",
                ":1:2",
                "^^",
                "//\"a\"/'b'",
                ":-'q'",
                ":-$c",
                "%'a'",
                ":-\\}",
                "#\\*"
            ])
        ),
        7 => format!("${{#{name}}}"),
        8 => dice
            .pick(&[
                "$1",
                "\"$1\"",
                "$@",
                "\"$@\"",
                "$*",
                "\"$*\"",
                "$#",
                "${@:2}",
                "\"${@:1:1}\"",
                "x\"$@\"y",
                "${2:-z}",
                "${10}",
            ])
            .to_owned(),
        9 => dice
            .pick(&[
                "${r[0]}",
                "\"${r[1]}\"",
                "${r[@]}",
                "\"${r[@]}\"",
                "\"${r[*]}\"",
                "${#r[@]}",
                "${!r[@]}",
                "${r[-1]}",
                "\"${r[@]:1}\"",
                "${#r[1]}",
                "${r[@]/a/X}",
                "$r",
            ])
            .to_owned(),
        10 => format!("$(echo {} {})", word(dice), word(dice)),
        11 => format!("\"$(printf '%s|' {} {})\"", word(dice), word(dice)),
        12 => format!("`echo {}`", dice.pick(&["a", "a  b", "\\$a", "\"$b\"", "'x  y'"])),
        13 => dice.pick(&["$'a\\tb'", "$'\\x41\\102'", "$'\\u00e9'", "$'\\''", "$\"x $a\"", "$'a\\\\b'"]).to_owned(),
        14 => dice
            .pick(&[
                "'a  b'",
                "\"a  b\"",
                "\\ ",
                "\\\\",
                "\\$a",
                "''",
                "\"\"",
                "\"\\\\ \\n \\$a\"",
                "'$a'",
                "\"'\"",
                "'\"'",
                "\\\n",
            ])
            .to_owned(),
        15 => dice.pick(&["~", "~/x", "x~", "~+", "a=~", "a:~", "\"~\""]).to_owned(),
        16 => format!("$(echo -{} 'x\\ty' \"{}\")", dice.pick(&["n", "e", "ne", "E", "en"]), name),
        17 => format!("${{!{}}}", dice.pick(&["p", "q"])),
        _ => {
            dice.pick(&["x", "y.z", "-f", "1", "=", ",", ":", "a", "%", "*", "?", "[a]", "+", "@", "#", "!"]).to_owned()
        }
    }
}

fn word(dice: &mut Dice) -> String {
    (0..=dice.below(3)).map(|_| piece(dice)).collect()
}

fn words(dice: &mut Dice) -> String {
    (0..dice.below(4)).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
}

fn line(dice: &mut Dice) -> String {
    match dice.below(16) {
        0 => format!("{}={}", name(dice), word(dice)),
        1 => format!("{}+={}", name(dice), word(dice)),
        2 => format!("r=({})", words(dice)),
        3 => format!("r+=({})", words(dice)),
        4 => format!("set -- {}", words(dice)),
        5 => format!("export {}={}", name(dice), word(dice)),
        6 => format!("unset {}", name(dice)),
        7 => format!("IFS={}", dice.pick(&["' '", ":", "x", "', '", "$' \\t\\n'", "''", ".a"])),
        8 => format!("((n={}))", number(dice)),
        9 => format!("for a in x{}; do show {}; done", words(dice), words(dice)),
        10 => format!("f() {{ local b={}; show {}; }}; f {}", word(dice), words(dice), words(dice)),
        11 => format!("printf -v {} '%s-%s' {}", name(dice), words(dice)),
        12 => format!("r[1]={}", word(dice)),
        13 => format!("eval 'show {}'", words(dice).replace("$'", "x").replace('\'', "")),
        14 => "shift".to_owned(),
        _ => format!("{}=$(cat_ <<E\nE\n)", name(dice)).replace("$(cat_ <<E\nE\n)", &word(dice)),
    }
}

fn script(dice: &mut Dice) -> String {
    let mut text = String::from("a='x a.b.c  y'; b='*:a b'; c=; n=5; p=a; q=b; r=(a 'b a' c); set -- 1 '2 3' ''\n");
    for _ in 0..2 + dice.below(4) {
        text += &line(dice);
        text += &format!("\nshow {}\n", words(dice));
    }
    text
}

#[test]
fn words_are_what_bash_makes_of_them() {
    let (mut shown, mut read, mut wrong) = (0, 0, Vec::new());
    for start in 0..600 {
        let source = script(&mut Dice::new(start + 50_000));
        let ours = ours(&source).unwrap_or_default();
        shown += ours.len();
        read += ours.iter().flatten().count();
        if differs(&source) {
            wrong.push(source);
        }
    }
    println!("{shown} calls, {read} known, {} scripts wrong", wrong.len());
    for source in wrong.iter().take(12) {
        let source = smaller(source, |text| bash::accepts(text) && differs(text));
        println!("--- wrong\n{source}\nours   {:?}\ntheirs {:?}", ours(&source), theirs(&source));
    }
    assert!(wrong.is_empty(), "{} wrong", wrong.len());
    assert!(read * 10 >= shown * 7, "{read} of {shown} known");
}
