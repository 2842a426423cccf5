//! Parameters, substitutions, arithmetic, arrays, splitting.

use super::{Doubt, ends_with, reads, reads_in_part};

#[test]
fn known_variables_are_followed() {
    ends_with("X=rm; Y='-rf /'; $X $Y", "rm -rf /");
    ends_with("X='a b'; echo $X \"$X\" '$X' ${X}c", "echo a b 'a b' $X a bc");
    ends_with("A=1 B=2; echo $A$B", "echo 12");
    ends_with("A=a; A+=b; echo $A", "echo ab");
    ends_with("export A=a B='b c'; readonly C=$B; declare D=$C; echo $A $B $D", "echo a b c b c");
    ends_with("A=a; unset A; echo \"$A\" ${A}", "echo ''");
    ends_with("echo $HOME/$USER $PWD", "echo /home/ada/ada /repo");
}

#[test]
fn unknown_variables_make_only_their_word_unknown() {
    reads("rm -rf $X/a \"$Y\" z", &["rm -rf <variable*>/a <variable> z"]);
    reads("$X a", &["<variable*> a"]);
    reads(
        "echo $1 $@ \"$@\" $# $0 $? $$ $!",
        &["echo <parameter*> <parameter*> <parameter*> <parameter*> <parameter*> <variable*> <variable*> <variable*>"],
    );
    ends_with("read X; rm $X", "rm <input*>");
    ends_with("X=$Y-z; rm \"$X\"", "rm <variable>-z");
}

#[test]
fn operators_of_parameters() {
    ends_with("x=a.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${x%.gz}", "echo a.tar a tar.gz gz a.tar");
    ends_with("x=aXbX; echo ${x/X/-} ${x//X/-} ${x/#a/-} ${x/%X/-} ${x//X}", "echo a-bX a-b- -XbX aXb- ab");
    ends_with("x=aXbX; echo ${x/[A-Z]/-} ${x//[A-Z]/-} ${x/%[A-Z]/-}", "echo a-bX a-b- aXb-");
    ends_with("x=Abc; echo ${x^^} ${x,,} ${x^} ${x,} ${#x} ${x@U}", "echo ABC abc Abc abc 3 ABC");
    ends_with("x=abcdef; echo ${x:1:2} ${x:3} ${x: -2} ${x:1:-1} ${x:9}", "echo bc def ef bcde");
    ends_with("x=; y=b; echo ${x:-a} ${x-c} ${y:-a} ${y:+z} ${x:+z}", "echo a b z");
    ends_with("unset x; echo ${x-a} ${x:=b} $x", "echo a b b");
    ends_with("x=y; y=rm; ${!x} z", "rm z");
    ends_with("x='a b'; echo ${x:-1} \"${x:-1}\" ${z:+1}", "echo a b 'a b'");
    ends_with("unset x; echo ${x:-a b} \"${x:-a b}\" ${x:-'a b'} ${x:-~}", "echo a b 'a b' 'a b' /home/ada");
    // What nothing sets is what stands there for it, but where a file or an environment may set it.
    reads("echo ${x:-$(a)} ${y:?no} ${z:=1} $z", &["a $()", "echo <substitution*> <variable*> 1 1"]);
    ends_with("echo ${PYTHON:-python3} ${SHELL:-sh} ${PATH+x}", "echo python3 <variable*> <variable*>");
    ends_with("source x; echo ${PYTHON:-python3}", "echo <variable*>");
    reads("echo ${x.y} ${}", &["echo <syntax*> <syntax*>"]);
}

#[test]
fn substitutions_are_commands() {
    reads("a $(b `c` \"$(d)\")", &["c $()", "d $()", "b <substitution*> <substitution> $()", "a <substitution*>"]);
    reads("x=$(a) y=\"`b`\" c", &["a $()", "b $()", "x=<substitution> y=<substitution> c"]);
    reads("a `b \\`c\\``", &["c $()", "b <substitution*> $()", "a <substitution*>"]);
    reads("a <(b) >(c)", &["b $()", "c <<<substitution> $()", "a /dev/fd/<substitution> /dev/fd/<substitution>"]);
    reads("a $(<f)", &["0<f < $()", "a <substitution*>"]);
    reads("a ${ b; } $((c + $(d)))", &["b $()", "d $()", "a <substitution*> <arithmetic*>"]);
    reads("a $( (b); c )", &["b $()", "c $()", "a <substitution*>"]);
    reads("a $((b); (c))", &["b $()", "c $()", "a <substitution*>"]);
    reads("a $(case x in b) c;; (d) e; esac)", &["c $() ?", "e $() ?", "a <substitution*>"]);
    reads("a \"${x[$(b)]}\" ${y/$(c)/$(d)}", &["b $()", "c $()", "d $()", "a <substitution> <variable*>"]);
}

#[test]
fn plain_output_is_known() {
    ends_with("$(echo rm) $(printf '%s/%s' a b) `echo x y` \"$(echo 'x  y')\"", "rm a/b x y 'x  y'");
    ends_with("x=$(cat <<E\na b\nE\n); echo $x", "echo a b");
    ends_with(
        "a $(pwd) $(cd /x && pwd) $(whoami) $(which rm) $(basename /a/b) $(dirname /a/b)",
        "a /repo /x ada /usr/bin/rm b /a",
    );
    ends_with("a $(echo -e 'x\\ty') $(echo -n z) $(printf '\\x72m')", "a x y z rm");
    ends_with("a $(b && echo c) $(b; echo c) $(echo c | d)", "a <substitution*> <substitution*> <substitution*>");
    ends_with("a $(echo b >&2) $(echo c > f)", "a <substitution*> <substitution*>");
    ends_with("f() { echo $1; }; a $(f b)", "a b");
    ends_with("a $(printf %b '\\162\\155') $(printf '%b' '\\0162m')", "a rm rm");
    ends_with("printf -v x '%s-%d' a 7; echo $x", "echo a-7");
}

#[test]
fn arithmetic_is_evaluated() {
    ends_with("echo $((1+2*3)) $(((1+2)*3)) $((2**10)) $((7/2)) $((7%4)) $((1<<4|1))", "echo 7 9 1024 3 3 17");
    ends_with("echo $((0x1f)) $((017)) $((2#101)) $((!0)) $((~0)) $((-3+ +5)) $((1?2:3))", "echo 31 15 5 1 -1 2 2");
    ends_with("x=5; echo $((x+1)) $(($x*2)) $((x++)) $x $((++x)) $((x+=3)) $((y=x)) $y", "echo 6 10 5 6 7 10 10 10");
    ends_with("((x=3)); let y=x+1; echo $x $y $[x+y]", "echo 3 4 7");
    ends_with("echo $((x+1)) $((1/0)) $((a[1]))", "echo <arithmetic*> <arithmetic*> <arithmetic*>");
    ends_with("x=1; ((y && (x=2))); echo $x", "echo <arithmetic*>");
    ends_with("x=1; ((x=$y)); echo $x", "echo <arithmetic*>");
    reads("((i++)); for ((i=0; i<3; i++)); do a $i; done", &["a 0 ?", "a <variable*> ?"]);
}

#[test]
fn arrays_have_elements() {
    ends_with("a=(x 'y z' w); echo ${a[1]} \"${a[1]}\" ${#a[@]} ${a} ${a[-1]} ${a[@]:1:1}", "echo y z 'y z' 3 x w y z");
    ends_with("a=(x 'y z'); b \"${a[@]}\" \"${a[*]}\" ${a[@]} ${!a[@]}", "b x 'y z' 'x y z' x y z 0 1");
    ends_with("a=(rm -rf /); \"${a[@]}\"", "rm -rf /");
    ends_with("a=(x); a+=(y); a[2]=z; a[0]=w; b \"${a[@]}\"", "b w y z");
    ends_with("declare -A m=([k]=v [l]='w x'); echo ${m[k]} \"${m[l]}\"", "echo v 'w x'");
    ends_with("a=($(b)); c \"${a[@]}\" ${a[0]}", "c <substitution*> <substitution*>");
    ends_with("x=1 y=1; declare -A m; m[x]=rm; m[y]=ls; echo ${m[x]}", "echo <variable*>");
    ends_with("declare -a a=(x y); echo ${a[1]}", "echo y");
    ends_with("a=(); b \"${a[@]}\" c", "b c");
}

#[test]
fn separators_split() {
    ends_with("IFS=:; x=a:b::c; echo $x", "echo a b '' c");
    ends_with("rm${IFS}-rf${IFS}/", "rm -rf /");
    ends_with("IFS=', '; x='a , b,c'; echo $x", "echo a b c");
    ends_with("IFS=$y; x='a b'; echo $x", "echo <variable*>");
    ends_with("set -- a b; IFS=-; echo \"$*\"", "echo a-b");
}

#[test]
fn parameters_are_known_where_they_are_set() {
    ends_with("set -- a 'b c'; d $1 \"$2\" $# \"$@\"", "d a 'b c' 2 a 'b c'");
    ends_with("set -- a b c; shift; d $*; shift 2; d $# \"$@\"", "d 0");
    ends_with("set -eu -o pipefail; d $1", "d <parameter*>");
    ends_with("set -- $(x); d $1", "d <parameter*>");
}

#[test]
fn what_becomes_something_else_is_unknown() {
    ends_with("declare -l x=RM; $x a", "<variable*> a");
    ends_with("declare -i x; x=1+1; echo $x", "echo <variable*>");
    ends_with("declare -n r=x; r=/; echo $x", "echo /");
    reads_in_part("x='$(rm)'; a ${x@P}", &["x=$(rm)", "a <code*>"], &[Doubt::Code]);
    reads_in_part("x='y[$(rm)]'; ((x))", &["x=y[$(rm)]"], &[Doubt::Code]);
    reads_in_part("[[ 'y[$(rm)]' -eq 1 ]]", &[], &[Doubt::Code]);
}

#[test]
fn what_may_set_anything_leaves_nothing_known() {
    ends_with("X=a; export $(cat .env | xargs); rm $X", "rm <variable*>");
    ends_with("X=a; declare \"$n=/\"; rm $X", "rm <variable*>");
    ends_with("X=a; eval \"$(b)\"; rm $X ~", "rm <variable*> /home/ada");
    ends_with("X=a; . ./b; rm $X", "rm <variable*>");
    ends_with("X=a; read $n; rm $X", "rm <variable*>");
}

#[test]
fn doubling_ends() {
    let source = format!("a=xxxxxxxx; {} echo $a", "a=$a$a; ".repeat(40));
    ends_with(&source, "echo <bounds*>");
}
