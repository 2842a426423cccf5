//! What remains known after something that may or may not have run; folders.

use super::{ends_with, reads};

#[test]
fn folders_are_followed() {
    reads(
        "cd a; b; cd ..; c; cd /x/./y/../z; d",
        &["cd a", "b @/repo/a", "cd .. @/repo/a", "c @/repo", "cd /x/./y/../z @/repo", "d @/x/z"],
    );
    reads("cd a && b; c", &["cd a", "b @/repo/a", "c @/repo/a"]);
    reads("cd; a; cd -; b", &["cd", "a @/home/ada", "cd - @/home/ada", "b @/repo"]);
    reads("(cd a; b); c", &["cd a", "b @/repo/a", "c"]);
    reads("cd a | b; c", &["cd a", "b |0", "c"]);
    reads("cd a & b", &["cd a &", "b"]);
    reads("x=$(cd a; pwd); b $x", &["cd a $()", "pwd @/repo/a $()", "x=/repo/a", "b /repo/a"]);
    reads("cd $x; a", &["cd <variable*>", "a @?"]);
    reads("cd $x; cd /a; b", &["cd <variable*>", "cd /a @?", "b @/a"]);
    reads("pushd a; b; popd; c", &["pushd a", "b @/repo/a", "popd @/repo/a", "c @/repo"]);
    reads("popd; a", &["popd", "a @?"]);
    reads("CDPATH=/x; cd a; b", &["CDPATH=/x", "cd a", "b @?"]);
    reads("command cd /a; b; builtin cd c; d", &["command cd /a", "b @/a", "builtin cd c @/a", "d @/a/c"]);
    reads("f() { cd /a; }; f; b", &["cd /a fn", "b @/a"]);
}

#[test]
fn a_folder_that_may_not_be_entered_is_not_known() {
    reads("cd a || exit 1; b", &["cd a", "exit 1 ?", "b @/repo/a"]);
    reads("cd a || { c; exit 1; }; b", &["cd a", "c ?", "exit 1 ?", "b @/repo/a"]);
    reads("cd a || c; b", &["cd a", "c ?", "b @?"]);
    reads("x && cd a && b; c", &["x", "cd a", "b @/repo/a", "c @?"]);
    reads("mkdir -p a && cd a && b; c", &["mkdir -p a", "cd a", "b @/repo/a", "c @/repo/a"]);
    reads("if a; then cd b; fi; c", &["a", "cd b ?", "c @?"]);
    reads(
        "for x in a b; do cd $x; c; cd ..; done; d",
        &[
            "cd a ?",
            "c @/repo/a ?",
            "cd .. @/repo/a ?",
            "cd b @/repo ?",
            "c @/repo/b ?",
            "cd .. @/repo/b ?",
            "d @/repo",
        ],
    );
    reads("while a; do cd b; done; c", &["a ?", "cd b ?", "a @? ?", "cd b @? ?", "c @?"]);
}

#[test]
fn branches_join() {
    ends_with("if a; then X=1; else X=2; fi; c $X", "c <variable*>");
    ends_with("if a; then X=1; else X=1; fi; c $X", "c 1");
    ends_with("X=1; if a; then X=2; fi; c $X", "c <variable*>");
    ends_with("X=1; if a; then X=2; exit; fi; c $X", "c 1");
    ends_with("X=1; a && X=2; c $X", "c <variable*>");
    ends_with("X=1; a || X=2; c $X", "c <variable*>");
    ends_with("X=1; a && X=2 && c $X", "c 2");
    ends_with("X=1; case a in b) X=2;; esac; c $X", "c <variable*>");
    ends_with("X=1; case a in b) X=/ ;& d) c $X;; esac", "c <variable*>");
    ends_with("X=1; (X=2); c $X", "c 1");
    ends_with("X=1; X=2 & c $X", "c 1");
    ends_with("X=1; echo / | read X; c $X", "c <variable*>");
    ends_with("X=1; while a; do X=2; done; c $X", "c <variable*>");
    ends_with("X=1; for i in 1 2; do X=$X$i; done; c $X", "c 112");
    ends_with("X=1; for i in 1 2; do X=$i; if a; then break; fi; done; c $X", "c <variable*>");
    ends_with("for i in 1 2; do :; done; c $i", "c 2");
}

#[test]
fn the_second_turn_of_a_loop_is_seen() {
    reads("y=a; while t; do rm $y; y=/; done", &["y=a", "t ?", "rm a ?", "y=/ ?", "t ?", "rm <variable*> ?", "y=/ ?"]);
}

#[test]
fn two_turns_that_are_the_same_are_one() {
    reads("l=; while read l; do a \"$l\" | b; done", &["l=''", "read l ?", "a <input> ?", "b |2 ?"]);
    reads("while x; do y=1; z | w; done", &["x ?", "y=1 ?", "z ?", "w |2 ?"]);
}

#[test]
fn loops_are_unrolled_up_to_a_bound() {
    let source = format!("for x in {}; do c $x; done", "a ".repeat(100));
    reads(&source, &["c <input*> ?"]);
    reads("for x in a b; do for y in 1 2; do c $x$y; done; done", &["c a1 ?", "c a2 ?", "c b1 ?", "c b2 ?"]);
    reads("for x in $(a) b; do c \"$x\"; done", &["a $()", "c <substitution> ?", "c b ?"]);
}
