//! Functions, aliases, traps, and code given as text.

use super::{Doubt, ends_with, reads, reads_in_part, script};

#[test]
fn functions_run_where_they_are_called() {
    reads("f() { rm \"$1\" $2; }; f 'a b' c", &["rm 'a b' c fn"]);
    reads("function f { rm $@; }; f a b", &["rm a b fn"]);
    reads("function f() (rm $#); f a b", &["rm 2 fn"]);
    reads("f() { rm \"$1\"; }", &["rm <parameter> fn ?"]);
    reads("f() { a; } >b; f 2>c", &["a 2>c 1>b fn"]);
    reads("f() { local x=1; y=2; }; x=0; f; c $x $y", &["x=0", "local x=1 fn", "y=2 fn", "c 0 2"]);
    reads("f() { c $x; }; x=1 f; c $x", &["c 1 fn", "c <variable*>"]);
    reads("a | f; f() { b; }", &["a", "f |0", "b fn ?"]);
    reads("f() { b; }; a | f", &["a", "b |0 fn"]);
    reads("git() { rm; }; git a; command git b", &["rm fn", "command git b"]);
    reads("if a; then f() { b; }; fi; f", &["a", "b fn", "f"]);
    reads("f() { g; }; g() { a; }; f", &["a fn"]);
    reads(
        "f() { rm $1; shift; [ $# -gt 0 ] && f \"$@\"; }; f a b",
        &["rm a fn", "shift fn", "[ 1 -gt 0 ] fn", "rm <parameter*> fn", "shift fn", "[ <parameter*> -gt 0 ] fn"],
    );
    reads(
        "f() { if a; then cd /x; return; fi; cd /y; }; f; b",
        &["a fn", "cd /x fn ?", "return @/x fn ?", "cd /y fn", "b @?"],
    );
}

/// A function that hides a command must be certain to be there.
#[test]
fn a_command_stays_where_a_function_may_not_be_defined() {
    for source in [
        "(rm() { :; }); rm -rf /",
        "$(rm() { :; }); rm -rf /",
        "x=$(rm() { :; }); rm -rf /",
        "rm() { :; } & rm -rf /",
        "rm() { :; } | a; rm -rf /",
        "cd /x && rm() { :; }; rm -rf /",
        "if a; then rm() { :; }; fi; rm -rf /",
        "rm() { :; }; unset -f rm; rm -rf /",
        "f() { rm() { :; }; }; rm -rf /",
        "alias rm=echo; rm -rf /",
    ] {
        let lines = super::shown(&script(source));
        assert!(lines.iter().any(|line| line.starts_with("rm -rf /")), "{source}: {lines:?}");
    }
}

#[test]
fn fork_bombs_are_told() {
    assert!(script(":(){ :|:& };:").is_fork_bomb);
    assert!(script("f() { f & f & }; f").is_fork_bomb);
    assert!(!script("f() { [ $1 -gt 0 ] && f $(($1-1)); }; f 3 | cat").is_fork_bomb);
}

#[test]
fn eval_is_read() {
    reads("eval 'rm -rf' /", &["eval 'rm -rf' /", "rm -rf /"]);
    reads("eval \"a; eval 'b c'\"", &["eval 'a; eval 'b c''", "a", "eval 'b c'", "b c"]);
    reads("eval X=1; a $X", &["eval X=1", "X=1", "a 1"]);
    reads("eval \"$(a)\"", &["a $()", "eval <substitution>"]);
    reads("eval \"rm $x\"; eval $x", &["eval 'rm <variable>'", "rm <variable*>", "eval <variable*>"]);
    reads("command eval a", &["command eval a", "a"]);
    reads_in_part("eval 'a ('", &["eval 'a ('", "a"], &[Doubt::Syntax]);
    ends_with("x=$(eval echo b); a $x", "a b");
}

#[test]
fn aliases_stand_for_commands() {
    reads("alias x='rm -rf'; x /", &["alias 'x=rm -rf'", "rm -rf /", "x /"]);
    reads("alias x='a; b'\nx c", &["alias 'x=a; b'", "a", "b c", "x c"]);
    reads("alias ls='ls -a'; ls b", &["alias 'ls=ls -a'", "ls -a b", "ls b"]);
    reads("alias x=y y=x; x a", &["alias x=y y=x", "x a", "y a", "x a"]);
    reads("alias x='rm -rf'; \\x /", &["alias 'x=rm -rf'", "x /"]);
    reads_in_part("alias x=\"$y\"", &["alias x=<variable>"], &[Doubt::Code]);
}

#[test]
fn traps_run_at_the_end() {
    reads("trap 'rm $X' EXIT; X=a", &["trap 'rm $X' EXIT", "X=a", "rm a ?"]);
    reads("X=a; trap 'rm $X' INT; X=b", &["X=a", "trap 'rm $X' INT", "rm a ?", "X=b", "rm b ?"]);
    reads("f() { a; }; trap f EXIT", &["trap f EXIT", "a fn ?"]);
    reads("trap - EXIT; trap", &["trap - EXIT", "trap"]);
}

#[test]
fn files_of_commands_stay_commands() {
    reads("source a; . b c", &["source a", ". b c"]);
}
