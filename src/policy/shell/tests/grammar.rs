//! Lists, pipelines, redirects, here-documents, compound commands.

use super::{Doubt, reads, reads_in_part, script};

#[test]
fn lists_and_pipelines() {
    reads("a; b & c && d || e\nf", &["a", "b &", "c", "d", "e ?", "f"]);
    reads("a | b |& c", &["a", "b |0", "c |1"]);
    reads("! a | b; time c; time -p d; ! ! e; time", &["a", "b |0", "c", "d", "e"]);
    reads("a &&\n\n b |\n c", &["a", "b", "c |1"]);
    let script = script("a | b; c | d; e");
    let numbers: Vec<u32> = script.commands.iter().map(|simple| simple.position.pipeline).collect();
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(numbers[2], numbers[3]);
    assert!(numbers[0] != numbers[2] && numbers[2] != numbers[4]);
}

#[test]
fn redirects_are_files() {
    reads("a > b 2>> c < d <> e >| f", &["a 1>b 2>>c 0<d 0<>e 1>f <"]);
    reads("a >&2 2>&1 >&- <&3 <&-", &["a <<''"]);
    reads("a >& b &> c &>> d", &["a 1>b 1>c 1>>d"]);
    reads("a {fd}> b 3> c 12< d", &["a 10>b 3>c 12<d"]);
    reads("> a; 2>b c; x=1 >d", &["1>a", "c 2>b", "x=1 1>d"]);
    reads("a 2 >b a2>c", &["a 2 a2 1>b 1>c"]);
    reads("a >$x >&$y", &["a 1><variable*> 1><variable*>"]);
    reads("a <<< 'b c'", &["a <<'b c⏎'"]);
    reads("a > >(b)", &["b <<<substitution> $()", "a 1>/dev/fd/<substitution>"]);
    reads("{ a; b >c; } >d; (e) 2>f", &["a 1>d", "b 1>>d 1>c", "e 2>f"]);
    reads("while a; do b; done <c >d", &["a 0<c 1>d < ?", "b 0<c 1>>d < ?"]);
    reads("[[ a ]] >b; ((1)) >c", &["1>b", "1>c"]);
    reads("exec >a; exec <<<b; c", &["exec 1>a", "exec <<b⏎", "c <<b⏎"]);
}

#[test]
fn here_documents_are_input() {
    reads("a <<E\nb $HOME $(c) \\$d\nE\ne", &["c $()", "a <<'b /home/ada <substitution> $d⏎'", "e"]);
    reads("a <<'E'\nb $HOME $(c)\nE\n", &["a <<'b $HOME $(c)⏎'"]);
    reads("a <<\\E\n$b\nE", &["a <<$b⏎"]);
    reads("a <<-E\n\tb\n\tE\nc", &["a <<b⏎", "c"]);
    reads("a <<E | b\nc\nE\nd", &["a <<c⏎", "b |0", "d"]);
    reads("a <<E <<F\nb\nE\nc\nF\nd", &["a <<c⏎", "d"]);
    reads("a 3<<E\n$(b)\nE\n", &["b $()", "a"]);
    reads("x=$(a <<E\nb\nE\n)", &["a <<b⏎ $()", "x=<substitution>"]);
    reads("x=$(a <<E\nb\nE)", &["a <<b⏎ $()", "x=<substitution>"]);
    reads("a <<E\nb", &["a <<b⏎"]);
    reads("a <<E\n\"b\" 'c' \\\nd `e`\nE", &["e $()", "a <<'\"b\" 'c' d <substitution>⏎'"]);
    reads("{ a; b; } <<E\nc\nE", &["a <<c⏎", "b <<c⏎"]);
}

#[test]
fn compound_commands() {
    reads("if a; then b; elif c; then d; else e; fi", &["a", "b ?", "c ?", "d ?", "e ?"]);
    reads("while a; do b; done; until c; do d; done", &["a ?", "b ?", "c ?", "d ?"]);
    reads("for x in a b; do c $x; done", &["c a ?", "c b ?"]);
    reads("for x in a b\ndo c $x\ndone", &["c a ?", "c b ?"]);
    reads("for x; do c $x; done", &["c <parameter*> ?"]);
    reads("for x in a; { c $x; }", &["c a ?"]);
    reads("for x in; do c; done", &["c ?"]);
    reads("select x in a b; do c $x; done", &["c <input*> ?"]);
    reads("case $x in a|b) c;; (d) e;& *) f;;& esac", &["c ?", "e ?", "f ?"]);
    reads("case x in\n  a)\n    b\n    ;;\nesac", &["b ?"]);
    reads("{ a; }; (b; c)", &["a", "b", "c"]);
    reads("[[ -f $(a) && ! x =~ ^(b|c)$ || ( d < e ) ]] && f", &["a $()", "f"]);
    reads("[[ a\n&& b ]]; c", &["c"]);
    reads("((a = 1, b < 2)); c", &["c"]);
    reads("((a); b)", &["a", "b"]);
    reads("coproc a b; coproc N { c; }", &["a b <<<input> &", "c <<<input> &"]);
    reads("!(a); if(b)then(c)fi", &["a", "b", "c ?"]);
}

#[test]
fn what_has_no_place_is_doubted_and_the_rest_is_read() {
    reads_in_part("if a; then b", &["a", "b ?"], &[Doubt::Syntax]);
    reads_in_part("a; fi; b", &["a", "b"], &[Doubt::Syntax]);
    reads_in_part("for x in a b; c; done; d", &["c ?", "c ?", "d"], &[Doubt::Syntax]);
    reads_in_part("a && ; b", &["a", "b"], &[Doubt::Syntax]);
    reads_in_part("a | | b", &["a", "b |0"], &[Doubt::Syntax]);
    reads_in_part(";; a", &["a"], &[Doubt::Syntax]);
    reads_in_part("a > ; b", &["a 1>''", "b"], &[Doubt::Syntax]);
    reads_in_part("case x in a) b", &["b ?"], &[Doubt::Syntax]);
    reads_in_part("( a", &["a"], &[Doubt::Syntax]);
    reads_in_part("{ a", &["a"], &[Doubt::Syntax]);
    reads_in_part("f() a; b", &["a", "b"], &[Doubt::Syntax]);
}
