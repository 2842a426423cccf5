//! Inputs that nobody writes: 64 KiB of every shape, arbitrary bytes, tokens in any order. Steps are counted, not time.

use opencode_swarm_pack::policy::shell::{Budget, Doubt, Given, Script, read};
use proptest::prelude::*;

const BYTES: usize = 64 << 10;

/// Pieces that, said again and again, made some reader hang, overflow or grow.
const SHAPES: &[&str] = &[
    "$((",
    "$(",
    "((",
    "(",
    "{",
    "{ ",
    "`",
    "\"",
    "'",
    "$'",
    "${",
    "${x:-",
    "${x/",
    "$[",
    "[[ ",
    "if ",
    "while ",
    "for x in ",
    "for x in a b c;do ",
    "case x in ",
    "case x in a) ",
    "f() ",
    "f() {",
    "a|",
    "a&&",
    "a;",
    "a\n",
    "a ",
    "! ",
    "time ",
    "coproc ",
    "<<A ",
    "<<A\n",
    "cat <<A\n",
    "<<<",
    "<(",
    ">(",
    "a=",
    "a=(",
    "a[",
    "a[0]=1 ",
    "\\",
    "\\\n",
    "#",
    "{a,b}",
    "{a,",
    "{1..9}",
    "{,}",
    "*",
    "[",
    "[a",
    "@(",
    "~",
    "~/",
    "$x",
    "$x ",
    "\"$x\"",
    "\"$(",
    "\"${x:-\"",
    "`\\`",
    "\\\\\\`",
    "$((x=",
    "((x++));",
    "if a;then b;fi;",
    "case a in b)c;;esac;",
    "done ",
    ")",
    "}",
    ";;",
    "a&",
    "x=1;",
    "a=$a$a;",
    "a=$a$a$x;",
    "eval a;",
    "eval 'eval a';",
    "alias a=b;a;",
    "alias a='a a';a;",
    "f(){ f;};f;",
    "f(){ f;f;};f;",
    "trap a EXIT;",
    "cd a;",
    "pushd a;",
    "while a;do ",
    "(a)",
    "{ a;} >b ",
    "a >b ",
    "a<<<b ",
    "${x#",
    "${x//a/b}",
    "${!x}",
    "${x[",
    "$@ ",
    "set -- a b;",
    "local x=1;",
    "declare -n a=b;",
    "a <<A\nb\nA\n",
    "a <<A\n$(b)\nA\n",
    "a $(cat <<A\nb\nA\n);",
    "$(a <<A\n",
    "[[ a =~ ",
    "é",
    "\u{1F600}",
    "\0",
    "\r\n",
    "{fd}>",
    "1>",
    "a=b c ",
    "echo $(echo ",
    "$((1+",
    "$((-",
    "$((1?",
    "$((a,",
    "a=${x:-",
    "a=~:",
    "$'\\x41'",
    "x+=a;",
    "x+=(a);",
    "x[1]=a;",
    "x=(a b c);echo ${x[@]};",
    "echo {1..256}{1..256};",
    "for i in {1..64};do a;done;",
    "a || x=2;",
    "x=1 f ",
    "$(( $((",
    "\"$((",
    "$(case x in a)",
];

fn spent(source: &str) -> (Script, usize) {
    let given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };
    let mut budget = Budget::default();
    let script = read(source, &given, &mut budget);
    (script, budget.spent())
}

/// Steps that the budget allows at most, whatever is read.
const STEPS_MOST: usize = 256 << 10;

#[test]
fn every_shape_ends_within_its_steps() {
    for shape in SHAPES {
        let whole = shape.repeat(BYTES / shape.len());
        let half = shape.repeat(BYTES / shape.len() / 2);
        let start = std::time::Instant::now();
        let (script, steps) = spent(&whole);
        println!(
            "{:>9} steps {:>8?} {} commands {:?} {shape:?}",
            steps,
            start.elapsed(),
            script.commands.len(),
            script.doubts
        );
        assert!(steps <= STEPS_MOST, "{shape:?}: {steps}");
        // Twice the length is at most a little more than twice the work, where the budget does not end it before.
        let (_, of_half) = spent(&half);
        assert!(steps == STEPS_MOST || steps <= of_half * 9 / 4 + 4096, "{shape:?}: {of_half}, then {steps}");
    }
}

#[test]
fn what_was_not_read_is_said() {
    for shape in SHAPES {
        let source = shape.repeat(BYTES / shape.len() + 1) + "; rm -rf /";
        let (script, _) = spent(&source);
        assert!(script.doubts.contains(&Doubt::Bounds) || source.len() <= BYTES, "{shape:?}");
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(SHAPES)
}

proptest! {
    #[test]
    fn arbitrary_text_ends(source in "\\PC{0,300}") {
        prop_assert!(spent(&source).1 <= STEPS_MOST);
    }

    #[test]
    fn arbitrary_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(spent(&String::from_utf8_lossy(&bytes)).1 <= STEPS_MOST);
    }

    #[test]
    fn tokens_in_any_order_end(tokens in proptest::collection::vec(token(), 0..120)) {
        prop_assert!(spent(&tokens.concat()).1 <= STEPS_MOST);
    }

    /// What stands behind anything that is whole is read.
    #[test]
    fn a_command_behind_tokens_is_read_or_doubted(tokens in proptest::collection::vec(token(), 0..12)) {
        let source = tokens.concat() + "\nrm -rf /behind\n";
        let script = spent(&source).0;
        let is_there = script.commands.iter().any(|simple| simple.words.iter().any(|word| word.prefix().contains("/behind")));
        let is_text = format!("{:?}", script.commands).contains("/behind");
        prop_assert!(is_there || is_text || !script.doubts.is_empty() || source.contains('#') || source.contains("<<"), "{:?}", script);
    }
}
