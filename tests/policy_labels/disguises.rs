//! Plain commands, hidden: for each disguise the forms of it that any command can take.
//!
//! The forms change how a command is written and nothing of what it does.

use super::records::{Record, hash};

/// A way to write a command: its words, and the whole of it.
type Form = fn(&[String], &str) -> String;

/// The disguises of the issue of hiding, and their forms.
pub const DISGUISES: &[(&str, &[Form])] = &[
    ("quoting", QUOTING),
    ("expansion", EXPANSION),
    ("env-prefix", ENV_PREFIX),
    ("wrapper", WRAPPER),
    ("bash-c", BASH_C),
    ("here-doc", HERE_DOC),
    ("substitution", SUBSTITUTION),
    ("xargs-find", XARGS_FIND),
    ("interpreter", INTERPRETER),
    ("tool-escape", TOOL_ESCAPE),
    ("encoding", ENCODING),
    ("definition", DEFINITION),
    ("redirect", REDIRECT),
    ("path-trick", PATH_TRICK),
    ("two-step", TWO_STEP),
];

/// How ordinary commands are written every day.
pub const HABITS: &[(&str, &[Form])] = &[
    ("env-prefix", &[|_, all| format!("FOO=bar {all}"), |_, all| format!("LC_ALL=C TZ=UTC {all}")]),
    (
        "wrapper",
        &[
            |_, all| format!("time {all}"),
            |_, all| format!("timeout 60 {all}"),
            |_, all| format!("nice -n 10 {all}"),
            |_, all| format!("env FOO=bar {all}"),
            |_, all| format!("nohup {all} > out.log 2>&1 &"),
            |_, all| format!("command {all}"),
        ],
    ),
    ("bash-c", &[|_, all| format!("bash -c '{all}'"), |_, all| format!("bash -lc \"{all}\"")]),
    (
        "quoting",
        &[|words, _| join(words, |word| format!("\"{word}\"")), |words, _| join(words, |word| format!("'{word}'"))],
    ),
    (
        "redirect",
        &[
            |_, all| format!("{all} > out.log 2>&1"),
            |_, all| format!("{all} 2>/dev/null || true"),
            |_, all| format!("{all} 2>&1 | tee out.log | tail -20"),
            |_, all| format!("{all} < /dev/null &> out.log"),
        ],
    ),
    (
        "group",
        &[
            |_, all| format!("(cd src && {all})"),
            |_, all| format!("set -e; {all}; echo done"),
            |_, all| format!("if {all}; then echo ok; else echo failed; fi"),
            |_, all| format!("for i in 1 2 3; do {all} && break; done"),
            |_, all| format!("f() {{ {all}; }}; f"),
            |_, all| format!("out=$({all}); echo \"$out\""),
            |_, all| format!("# try it\n{all}\necho $?"),
        ],
    ),
];

const QUOTING: &[Form] = &[
    |words, _| join(words, |word| format!("'{word}'")),
    |words, _| join(words, |word| format!("\"{word}\"")),
    |words, _| join(words, |word| format!("$'{word}'")),
    |words, _| join(words, |word| word.chars().flat_map(|c| ['\\', c]).collect()),
    |words, _| join(words, |word| halved(word, |a, b| format!("{a}''{b}"))),
    |words, _| join(words, |word| halved(word, |a, b| format!("\"{a}\"{b}"))),
    |words, _| join(words, |word| halved(word, |a, b| format!("{a}'{b}'"))),
    |words, _| join(words, |word| halved(word, |a, b| format!("{a}\\\n{b}"))),
    |words, _| words.join(" \\\n  "),
];

const EXPANSION: &[Form] = &[
    |words, _| join(words, |word| format!("${{NOPE:-{word}}}")),
    |words, _| first(words, |word| format!("${{NOPE:-{word}}}")),
    |words, _| first(words, |word| format!("${{NOPE:={word}}}")),
    |words, _| last(words, |word| format!("${{NOPE:-{word}}}")),
    |words, _| join(words, |word| halved(word, |a, b| format!("{a}${{NOPE}}{b}"))),
    |words, _| words.join("${IFS}"),
    // Before a letter the name would go on, and it would be another command.
    |words, _| {
        words.iter().skip(1).fold(words[0].clone(), |all, word| {
            let is_name = word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            format!("{all}{}{word}", if is_name { "${IFS}" } else { "$IFS" })
        })
    },
    |words, all| {
        if all.contains(',') || words.len() < 2 { words.join("${IFS}") } else { format!("{{{}}}", words.join(",")) }
    },
    |words, _| join(words, |word| format!("{{{word},}}")),
    |words, _| last(words, |word| format!("${{NOPE+x}} {word}")),
];

const ENV_PREFIX: &[Form] = &[
    |_, all| format!("FOO=bar {all}"),
    |_, all| format!("A=1 B='x y' C=\"$HOME\" {all}"),
    |_, all| format!("LC_ALL=C {all}"),
    |_, all| format!("X=$(date) {all}"),
    |_, all| format!("PATH=$PATH:/opt/bin {all}"),
    |_, all| format!("A= {all}"),
    |_, all| format!("A+=x B[0]=y {all}"),
];

const WRAPPER: &[Form] = &[
    |_, all| format!("sudo {all}"),
    |_, all| format!("sudo -n -u root -- {all}"),
    |_, all| format!("doas {all}"),
    |_, all| format!("env {all}"),
    |_, all| format!("env -i -u B A=1 {all}"),
    |_, all| format!("command {all}"),
    |_, all| format!("command -p {all}"),
    |_, all| format!("exec {all}"),
    |_, all| format!("nice -n 5 {all}"),
    |_, all| format!("nohup {all} &"),
    |_, all| format!("timeout -k 5 -s KILL 30s {all}"),
    |_, all| format!("time {all}"),
    |_, all| format!("stdbuf -oL {all}"),
    |_, all| format!("setsid -w {all}"),
    |_, all| format!("ionice -c 3 {all}"),
    |_, all| format!("strace -f -o /dev/null {all}"),
    |_, all| format!("flock /tmp/lock {all}"),
    |_, all| format!("nice -19 env A=1 timeout 9 stdbuf -o0 {all}"),
    |_, all| format!("script -qec '{all}' /dev/null"),
    |_, all| format!("su -c '{all}'"),
    |_, all| format!("watch -n 60 '{all}'"),
    |_, all| format!("! {all}"),
];

const BASH_C: &[Form] = &[
    |_, all| format!("bash -c '{all}'"),
    |_, all| format!("sh -c \"{all}\""),
    |_, all| format!("bash -lc '{all}'"),
    |_, all| format!("/bin/sh -ec '{all}'"),
    |_, all| format!("/usr/bin/env zsh -c '{all}'"),
    |_, all| format!("bash -c \"bash -c '{all}'\""),
    |_, all| format!("bash -o pipefail -c 'true && {all}'"),
    |_, all| format!("bash -c '\"$@\"' _ {all}"),
    |_, all| format!("bash --norc -c -- 'if true; then {all}; fi'"),
    |_, all| format!("eval '{all}'"),
];

const HERE_DOC: &[Form] = &[
    |_, all| format!("bash <<'EOF'\n{all}\nEOF"),
    |_, all| format!("sh <<EOF\n{all}\nEOF"),
    |_, all| format!("bash -s <<-EOF\n\t{all}\n\tEOF"),
    |_, all| format!("cat <<'EOF' | bash\n{all}\nEOF"),
    |_, all| format!("bash <<< '{all}'"),
    |_, all| format!("source /dev/stdin <<< \"{all}\""),
    |_, all| format!("ssh localhost sh <<EOF\n{all}\nEOF"),
    |_, all| format!("cat <<EOF\n$({all})\nEOF"),
    |_, all| format!("eval \"$(cat <<'EOF'\n{all}\nEOF\n)\""),
];

const SUBSTITUTION: &[Form] = &[
    |_, all| format!("echo $({all})"),
    |_, all| format!("x=`{all}`"),
    |_, all| format!("echo \"a $(echo \"$({all})\")\""),
    |_, all| format!("cat <({all})"),
    |_, all| format!("[ -n \"$({all})\" ] && echo yes"),
    |_, all| format!(": \"${{NOPE:-$({all})}}\""),
    |_, all| format!("echo $(( $({all}) + 1 ))"),
    |_, all| format!("git commit -m \"$({all})\""),
    |_, all| format!("for x in $({all}); do echo $x; done"),
    |_, all| format!("eval $(echo '{all}')"),
    |words, _| first(words, |word| format!("$(echo {word})")),
    |words, _| first(words, |word| format!("`printf %s {word}`")),
    |words, _| join(words, |word| format!("$(printf %s {word})")),
];

const XARGS_FIND: &[Form] = &[
    |words, _| fed(words, |last, rest| format!("printf %s {last} | xargs {rest}")),
    |words, _| fed(words, |last, rest| format!("printf '%s\\n' {last} | xargs -n1 {rest}")),
    |words, _| fed(words, |last, rest| format!("xargs -I{{}} {rest} {{}} <<< {last}")),
    |words, _| fed(words, |last, rest| format!("for x in {last}; do {rest} $x; done")),
    |words, _| fed(words, |last, rest| format!("parallel {rest} ::: {last}")),
    |_, all| format!("true | xargs {all}"),
    |_, all| format!("seq 1 | xargs -I{{}} {all}"),
    |_, all| format!("echo '{all}' | xargs -I{{}} sh -c '{{}}'"),
    |_, all| format!("find . -maxdepth 0 -exec {all} \\;"),
    |_, all| format!("find . -maxdepth 0 -exec sh -c '{all}' \\;"),
    |_, all| format!("find src -maxdepth 0 -execdir env {all} \\;"),
];

const INTERPRETER: &[Form] = &[
    |_, all| format!("python3 -c \"import os; os.system('{all}')\""),
    |words, _| format!("python3 -c \"import subprocess; subprocess.run([{}])\"", list(words)),
    |_, all| format!("python3 - <<'EOF'\nimport subprocess\nsubprocess.check_output('{all}', shell=True)\nEOF"),
    |_, all| format!("node -e \"require('child_process').execSync('{all}')\""),
    |words, _| format!("node -e \"require('child_process').spawnSync('env', [{}])\"", list(words)),
    |_, all| format!("perl -e 'system(\"{all}\")'"),
    |_, all| format!("perl -e '`{all}`'"),
    |_, all| format!("ruby -e 'system(\"{all}\")'"),
    |_, all| format!("php -r 'shell_exec(\"{all}\");'"),
    |_, all| format!("lua -e 'os.execute(\"{all}\")'"),
    |_, all| format!("echo \"import os; os.system('{all}')\" | python3"),
];

const TOOL_ESCAPE: &[Form] = &[
    |_, all| format!("git -c alias.x='!{all}' x"),
    |_, all| format!("vim -c '!{all}' -c q"),
    |_, all| format!("awk 'BEGIN{{system(\"{all}\")}}'"),
    |_, all| format!("tar -cf /dev/null x --checkpoint=1 --checkpoint-action=exec='{all}'"),
    |_, all| format!("sed '1e {all}' package.json"),
    |_, all| format!("make --eval='x:;{all}' x"),
    |_, all| format!("psql -c '\\! {all}'"),
    |_, all| format!("ssh -o ProxyCommand='{all}' host"),
    |_, all| format!("git rebase --exec '{all}' main"),
    |_, all| format!("git bisect run {all}"),
    |_, all| format!("git submodule foreach '{all}'"),
    |_, all| format!("sqlite3 x.db '.shell {all}'"),
    |_, all| format!("gdb -batch -ex 'shell {all}'"),
    |_, all| format!("rsync -e '{all}' a host:b"),
    |_, all| format!("man -P '{all}' ls"),
    |_, all| format!("GIT_EXTERNAL_DIFF='{all}' git diff"),
];

const ENCODING: &[Form] = &[
    |_, all| format!("echo {} | base64 -d | sh", base64(all)),
    |_, all| format!("eval \"$(base64 --decode <<< {})\"", base64(all)),
    |_, all| format!("bash <(echo {} | base64 -d)", base64(all)),
    |_, all| format!("echo {} | xxd -r -p | bash", coded(all, |byte| format!("{byte:02x}"))),
    |_, all| format!("printf '{}' | sh", coded(all, |byte| format!("\\{byte:03o}"))),
    |_, all| format!("echo -e '{}' | bash", coded(all, |byte| format!("\\x{byte:02x}"))),
    |words, _| join(words, |word| format!("$'{}'", coded(word, |byte| format!("\\x{byte:02x}")))),
    |words, _| join(words, |word| format!("$'{}'", coded(word, |byte| format!("\\{byte:03o}")))),
    |words, _| first(words, |word| format!("$(printf '{}')", coded(word, |byte| format!("\\{byte:03o}")))),
    |_, all| format!("rev <<< '{}' | sh", all.chars().rev().collect::<String>()),
    |_, all| format!("python3 -c \"import base64,os; os.system(base64.b64decode('{}'))\"", base64(all)),
];

const DEFINITION: &[Form] = &[
    |_, all| format!("f() {{ {all}; }}; f"),
    |_, all| format!("f() {{ \"$@\"; }}; f {all}"),
    |_, all| format!("g() {{ f; }}; f() ( {all} ); g"),
    |_, all| format!("x='{all}'; $x"),
    |_, all| format!("x='{all}'; eval \"$x\""),
    |_, all| format!("x=\"{all}\"; echo \"$x\" | sh"),
    |_, all| format!("shopt -s expand_aliases\nalias x='{all}'\nx"),
    |_, all| format!("x=({all}); \"${{x[@]}}\""),
    |_, all| format!("set -- {all}; \"$@\""),
    |_, all| format!("trap '{all}' EXIT"),
    |words, _| format!("c={}; {}", words[0], first(words, |_| "$c".to_owned())),
    |words, _| fed(words, |it, rest| format!("readonly l={it}; {rest} \"$l\"")),
    |words, _| format!("read -r c <<< {}; {}", words[0], first(words, |_| "$c".to_owned())),
];

const REDIRECT: &[Form] = &[
    |_, all| format!("{all} > /dev/null 2>&1"),
    |_, all| format!(">/dev/null 2>&1 {all}"),
    |words, _| last(words, |word| format!("</dev/null {word}")),
    |_, all| format!("{all} &> out.log &"),
    |_, all| format!("{{ {all}; }} 3>&1 | tee out.log"),
    |_, all| format!("bash < <(echo '{all}')"),
    |_, all| format!("2>/dev/null bash 0<<<'{all}'"),
    |words, _| first(words, |word| format!("{word} 2>&-")),
];

const PATH_TRICK: &[Form] = &[
    |words, _| first(words, |word| format!("/usr/bin/{word}")),
    |words, _| first(words, |word| format!("/usr/bin/../bin/./{word}")),
    |words, _| paths(words, |path| format!("//{path}")),
    |words, _| paths(words, |path| format!("/./{path}")),
    |words, _| paths(words, |path| format!("/usr/../{path}")),
    |words, _| paths(words, |path| format!("/tmp/../home/..//{path}")),
    |words, all| {
        format!(
            "cd /; {}",
            if all.contains("/home/dev") { paths(words, |path| format!("./{path}")) } else { all.to_owned() }
        )
    },
];

const TWO_STEP: &[Form] = &[
    |_, all| format!("echo '{all}' > x.sh; sh x.sh"),
    |_, all| format!("cat > /tmp/x.sh <<'EOF'\n{all}\nEOF\nbash /tmp/x.sh"),
    |_, all| format!("printf '%s\\n' '{all}' > x && chmod +x x && ./x"),
    |_, all| format!("echo '{all}' | tee x.sh > /dev/null; . ./x.sh"),
    |_, all| format!("echo '{all}' > x.sh; cat x.sh | bash"),
    |_, all| format!("c='{all}'; d=$c; bash -c \"$d\""),
    |words, _| fed(words, |it, rest| format!("a={it}; b=\"$a\"; {rest} $b")),
];

/// Forms of the file that the write tool writes first; `sh x.sh` follows.
pub const WRITTEN: &[&str] = &["#!/bin/sh\n@\n", "set -e\nif true; then\n  @\nfi\n", "f() {\n  @\n}\nf\n"];

/// What can be disguised by any form: one line of plain words.
pub fn words(record: &Record) -> Option<Vec<String>> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_./:@+%~=".contains(c);
    let usable = record.tool == "bash"
        && record.written.is_none()
        && record.link.is_none()
        && record.cwd.is_none()
        && record.text.chars().all(plain);
    let words: Vec<String> =
        record.text.split(' ').filter(|word| !word.is_empty()).map(at_home).collect::<Option<_>>()?;
    // An assignment in front, a shell's builtin and a reserved word are not what stands behind `env` or `find -exec`.
    let first = words.first()?;
    let is_command = !first.contains('=') && !BUILTINS.contains(&first.as_str());
    (usable && is_command).then_some(words)
}

const BUILTINS: &[&str] = &[
    "!", ".", ":", "alias", "bg", "builtin", "cd", "command", "coproc", "disown", "env", "eval", "exec", "exit",
    "export", "fg", "hash", "help", "history", "if", "jobs", "set", "source", "time", "trap", "type", "ulimit",
    "umask", "unset", "wait",
];

fn at_home(word: &str) -> Option<String> {
    match word.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(format!("/home/dev{rest}")),
        Some(_) => None,
        None => Some(word.to_owned()),
    }
}

/// One form of a disguise, chosen by the text so that all forms are met over many commands.
pub fn chosen(forms: &[Form], text: &str) -> Form {
    forms[hash(&[text]) as usize % forms.len()]
}

fn join(words: &[String], form: impl Fn(&str) -> String) -> String {
    words.iter().map(|word| form(word)).collect::<Vec<_>>().join(" ")
}

fn first(words: &[String], form: impl Fn(&str) -> String) -> String {
    words
        .iter()
        .enumerate()
        .map(|(at, word)| if at == 0 { form(word) } else { word.clone() })
        .collect::<Vec<_>>()
        .join(" ")
}

fn last(words: &[String], form: impl Fn(&str) -> String) -> String {
    let end = words.len() - 1;
    words
        .iter()
        .enumerate()
        .map(|(at, word)| if at == end { form(word) } else { word.clone() })
        .collect::<Vec<_>>()
        .join(" ")
}

fn fed(words: &[String], form: impl Fn(&str, &str) -> String) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => form(last, &rest.join(" ")),
        _ => format!("true | xargs {}", words.join(" ")),
    }
}

fn halved(word: &str, form: impl Fn(&str, &str) -> String) -> String {
    let (a, b) = word.split_at(word.len() / 2);
    if a.is_empty() || b.is_empty() { word.to_owned() } else { form(a, b) }
}

fn paths(words: &[String], form: impl Fn(&str) -> String) -> String {
    join(words, |word| word.strip_prefix('/').map_or_else(|| word.to_owned(), &form))
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(",")
}

fn coded(text: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .flat_map(|chunk| {
            let bits =
                chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
            (0..4).map(
                move |at| {
                    if at <= chunk.len() { DIGITS[(bits >> (18 - 6 * at)) as usize & 63] as char } else { '=' }
                },
            )
        })
        .collect()
}
