//! Quotes, escapes, tilde, braces, patterns.

use super::{Doubt, ends_with, reads, reads_in_part};

#[test]
fn quotes_are_taken_off() {
    reads(r#"'rm' -"r"f \/ "" '' "a b"'c d'"#, &["rm -rf / '' '' 'a bc d'"]);
    reads("r\\\nm x", &["rm x"]);
    reads("\"r\\\nm\" x", &["rm x"]);
    reads(r#"echo "a\b\$\`\"\\" 'a\b'"#, &[r#"echo a\b$`"\ a\b"#]);
    reads(r#"echo "it's" 'say "hi"'"#, &[r#"echo it's 'say "hi"'"#]);
    reads("echo a#b # c\nd", &["echo a#b", "d"]);
    reads("# only\n", &[]);
    reads("echo 'a\nb'", &["echo a⏎b"]);
}

#[test]
fn dollar_quotes_are_decoded() {
    reads(r"$'\x72\155' $'a\tb' $'\u00e9\U1F600' $'\'' $'\\' $'\e[0m'", &["rm 'a\tb' é😀 ' \\ \u{1b}[0m"]);
    reads(r"echo $'a\0b'c $'\ca' $'\q'", &["echo ac \u{1} \\q"]);
    reads(r#"$"rm" x "$'a'""#, &["rm x $'a'"]);
}

#[test]
fn a_tilde_is_a_folder() {
    reads("rm ~ ~/x ~ada/y ~root/z a~ '~' \\~ \"~\"", &["rm /home/ada /home/ada/x /home/ada/y /root/z a~ ~ ~ ~"]);
    reads("rm ~bob/x", &["rm <variable>/x"]);
    reads("cd /a; rm ~+/b ~-/c", &["cd /a", "rm /a/b /repo/c @/a"]);
    reads("X=~/a:~/b cmd", &["X=/home/ada/a:/home/ada/b cmd"]);
    ends_with("HOME=/etc; rm ~", "rm /etc");
}

#[test]
fn braces_become_words() {
    reads("echo {a,b}{1,2} x{,y}", &["echo a1 a2 b1 b2 x xy"]);
    reads("echo {1..3} {3..1} {01..03} {a..c} {1..9..4}", &["echo 1 2 3 3 2 1 01 02 03 a b c 1 5 9"]);
    reads("echo {} {a} a{b {a,b a,b} {a..} '{a,b}' \\{a,b}", &["echo {} {a} a{b {a,b a,b} {a..} {a,b} {a,b}"]);
    reads("echo {a,{b,c}d}e", &["echo ae bde cde"]);
    reads("{rm,-rf,/}", &["rm -rf /"]);
    reads("echo {\"a b\",$'c'} ${x:-{a,b}}", &["echo 'a b' c {a,b}"]);
    ends_with("x=1; echo {$x,2}", "echo 1 2");
    reads("X={a,b} cmd", &["X={a,b} cmd"]);
    reads("echo {1..1000} {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", &["echo <bounds*> <bounds*>"]);
}

#[test]
fn patterns_stay_patterns() {
    reads("rm *.o src/**/x? [a-c]* a[!b]c", &["rm ⟨*⟩.o src/⟨**⟩/x⟨?⟩ ⟨[a-c]*⟩ a⟨[!b]⟩c"]);
    reads("rm '*' \\* \"?\" [ ] [x", &["rm * * ? [ ] [x"]);
    reads("rm @(a|b)c !(x) +(y)", &["rm ⟨@(a|b)⟩c ⟨!(x)⟩ ⟨+(y)⟩"]);
    ends_with("x='*'; rm $x \"$x\"", "rm ⟨*⟩ *");
    ends_with("for f in *.c; do rm \"$f\"; done", "rm ⟨*⟩.c");
}

#[test]
fn what_is_not_closed_is_read_and_doubted() {
    reads_in_part("rm 'x", &["rm x"], &[Doubt::Syntax]);
    reads_in_part("rm \"x", &["rm x"], &[Doubt::Syntax]);
    reads_in_part("rm $(x", &["x $()", "rm <substitution*>"], &[Doubt::Syntax]);
    reads_in_part("rm `x", &["x $()", "rm <substitution*>"], &[Doubt::Syntax]);
    reads_in_part("rm ${x", &["rm <variable*>"], &[Doubt::Syntax]);
    reads_in_part("rm $((1", &["1 $()", "rm <substitution*>"], &[Doubt::Syntax]);
    reads_in_part("a ) b; c", &["a", "b", "c"], &[Doubt::Syntax]);
}
