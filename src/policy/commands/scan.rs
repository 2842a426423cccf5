//! Code of other languages: looked through for calls that run commands, touch files or load code, with what they are given
//! where that stands there. It is no parser: what hides well enough is not seen, and what is seen may stand in a string.

use super::arg::Arg;
use super::language::Language;
use super::sql::sql;

use crate::policy::glob::is_one_of;
use crate::policy::places::Verb;
use crate::policy::walk::{Scene, Walk};

/// Names of calls, and what they do. `s` shell code or a command, `t`, `d`, `w`, `r`, `u` as in the table, `c` code of the same
/// language, `?` code where the argument is not known, `!rule`. Names behind a dot count, too.
const CALLS: &[(&str, &str)] = &[
    (
        "system popen exec execl execlp execle execv execvp execve spawnl spawnlp spawnv spawnvp check_call check_output Popen getoutput system2 osCmd \
      getstatusoutput execSync execFileSync spawnSync execFile spawn shell_exec passthru proc_open pcntl_exec qx capture2 capture3 capture2e \
      popen3 create_subprocess_shell create_subprocess_exec posix_spawn ShellExecute startProcess run_program io_popen Process os_cmd",
        "s",
    ),
    (
        "rmtree rm_rf rm_r rm rmSync rmdirSync remove_dir_all remove_tree remove_entry_secure rimraf removeSync emptyDirSync deltree deleteTree removeTree DeleteDirectory nukeDir \
      delete_directory remove_dir remove_all",
        "t",
    ),
    (
        "unlink delete glob_unlink unlinkSync removedirs remove rmdir delete_file deleteFile DeleteFile removeFile rename renameSync move moveSync",
        "d",
    ),
    (
        "writeFileSync writeFile appendFileSync appendFile createWriteStream write_text write_bytes file_put_contents copyFileSync copyfile \
      copy link linkSync symlink symlinkSync truncate truncateSync chmod chmodSync chown",
        "w",
    ),
    (
        "readFileSync readFile read_text read_bytes file_get_contents createReadStream readlines slurp load_dotenv readLines",
        "r",
    ),
    ("execute executescript executemany query raw execute_sql exec_query $queryRawUnsafe $executeRawUnsafe", "q"),
    ("open fopen", "o"),
    (
        "urlopen urlretrieve fsockopen fetch request URI LWP getstore HTTPConnection HTTPSConnection create_connection connect createConnection",
        "u",
    ),
    (
        "eval exec_ Function runInThisContext runInNewContext instance_eval class_eval create_function assert_ unserialize loadstring load",
        "c",
    ),
];

/// What makes code from text.
const DECODERS: &[&str] = &[
    "b64decode",
    "base64",
    "fromhex",
    "unhexlify",
    "atob",
    "decode64",
    "unpack",
    "fromCharCode",
    "chr(",
    "pack(",
    "rot13",
    "decompress",
    "gzinflate",
    "marshal",
    "hex2bin",
];

/// What starts programs, in whatever words: where code has one of these, each text in it may be a command.
const STARTERS: &[&str] = &[
    "child_process",
    "subprocess",
    "system",
    "exec",
    "popen",
    "spawn",
    "shell",
    "Process",
    "Runtime",
    "Command",
    "run",
    "Bun",
    "pty",
    "unlink",
    "process",
    "os.cmd",
    "os:cmd",
];
/// Texts of one piece of code that are looked at as words of a command.
const TEXTS_MAX: usize = 32;

/// What a call of this name does.
fn does_of(name: &str) -> Option<&'static (&'static str, &'static str)> {
    CALLS.iter().find(|(names, _)| names.contains(name) && is_one_of(names, name))
}

/// Looks through code.
pub fn scan(walk: &mut Walk, code: &str, language: Language, scene: &Scene) {
    if language == Language::Sql {
        return sql(walk, code, scene);
    }
    if !walk.budget.spend(code.len() * 4) {
        return walk.doubtful(scene, "unread", "it is longer than is read");
    }
    let bytes = code.as_bytes();
    let mut at = 0;
    let mut is_decoded = None;
    let mut texts: Vec<Arg> = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        if is_quote(byte, language) {
            let (text, next) = literal(code, at, language);
            if texts.len() < TEXTS_MAX {
                texts.push(text.clone());
            }
            quoted(walk, &text, byte, language, scene, code, at, next);
            at = next;
        } else if byte == b'#'
            && language != Language::JavaScript
            && bytes.get(at.wrapping_sub(1)).is_none_or(|before| before.is_ascii_whitespace())
        {
            at += code.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(code.len());
        } else if byte == b'/'
            && language == Language::JavaScript
            && code.get(at..).is_some_and(|rest| rest.starts_with("//"))
        {
            at += code.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(code.len());
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = at
                + bytes
                    .get(at..)
                    .unwrap_or(&[])
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
            let name = code.get(at..end).unwrap_or("");
            // `do shell script "…"` of AppleScript.
            let name = if name == "script" && code.get(..at).is_some_and(|before| before.ends_with("shell ")) {
                "system"
            } else {
                name
            };
            // `System.cmd("rm", …)`, `Process.spawn`.
            let is_system = |name: &str| {
                let before = code.get(..at).unwrap_or("");
                matches!(name, "cmd" | "shell") && (before.ends_with("System.") || before.ends_with("os:"))
                    || name == "x" && before.ends_with('%') && language == Language::Ruby
            };
            let is_file = code.get(..at).is_some_and(|before| before.ends_with("File.") || before.ends_with("IO."));
            let name = if is_system(name) { "system" } else { name };
            let name = if name == "write" && is_file { "writeFile" } else { name };
            if let Some((_, does)) = does_of(name) {
                let (args, is_call) = arguments(code, end, language);
                texts.extend(args.iter().take(TEXTS_MAX.saturating_sub(texts.len())).cloned());
                if is_call {
                    let is_decode = *is_decoded.get_or_insert_with(|| DECODERS.iter().any(|each| code.contains(each)));
                    let before = code.get(..at).unwrap_or("");
                    let is_static = [
                        "os.",
                        "fs.",
                        "shutil.",
                        "File.",
                        "FileUtils.",
                        "subprocess.",
                        "child_process.",
                        "Dir.",
                        "Kernel.",
                        "io.",
                        "::",
                        ").",
                    ]
                    .iter()
                    .any(|each| before.ends_with(each));
                    let is_method = before.ends_with('.') && !is_static;
                    call(walk, name, does, &args, language, scene, is_decode, is_method, is_static);
                }
            } else if matches!((name, language), ("run" | "call", Language::Python) | ("exec" | "fork", _))
                && (name != "run" || code.contains("subprocess"))
            {
                let (args, is_call) = arguments(code, end, language);
                if is_call && (name != "call" || code.contains("subprocess")) {
                    call(walk, name, "s", &args, language, scene, false, true, false);
                }
            } else if name == "require" && language == Language::JavaScript || name == "__import__" {
                let (args, is_call) = arguments(code, end, language);
                if is_call && args.first().is_some_and(|arg| !arg.is_known) {
                    walk.doubtful(scene, "unknown-code", "it loads a module whose name is made while it runs");
                }
            } else if name == "pty" && code.contains("socket") && code.contains("dup2") {
                walk.flag(scene, "remote-shell", None);
            }
            at = end;
        } else {
            at += 1;
        }
    }
    if language == Language::Other {
        // `exec rm -rf x` of Tcl.
        texts.extend(
            code.split("exec ")
                .skip(1)
                .take(4)
                .map(|rest| Arg::known(rest.split(['\n', ';', '"']).next().unwrap_or(""))),
        );
    }
    if STARTERS.iter().any(|each| code.contains(each)) {
        super::suspect(walk, &texts, scene);
    }
    let ports = walk.around.control_ports.clone();
    for port in ports {
        if code.contains(&port.to_string())
            && ["127.", "localhost", "::1", "0.0.0.0"].iter().any(|host| code.contains(host))
        {
            walk.target(Some(crate::policy::address::Target { host: "localhost".to_owned(), port: Some(port) }));
        }
    }
    if code.len() < 512
        && DECODERS.iter().any(|each| code.contains(each))
        && ["system", "exec", "popen", "eval"].iter().any(|each| code.contains(each))
    {
        walk.doubtful(scene, "unknown-code", "it makes code while it runs");
    }
    let tells = ["str(os.environ", "dict(os.environ", "dumps(os.environ", "stringify(process.env"];
    if tells.iter().any(|each| code.contains(each)) && ["http", "socket"].iter().any(|each| code.contains(each)) {
        walk.flag(scene, "upload", None);
    }
    if code.len() < 256
        && code.contains("fork")
        && ["while", "for", "loop"].iter().any(|each| code.contains(&[each, " "].concat()))
    {
        walk.flag(scene, "fork-bomb", None);
    }
    let empties = [
        "objects.all().delete()",
        ".delete_all",
        ".destroy_all",
        "->truncate(",
        "->delete()",
        "deleteMany({})",
        "DROP DATABASE",
        "DROP TABLE",
        "::truncate(",
    ];
    let drops = [
        "flushall(",
        "flushdb(",
        "drop_database(",
        "dropDatabase(",
        "drop_collection(",
        "delete_bucket(",
        "terminate_instances(",
        "objects.all().delete(",
    ];
    let runs_sql =
        ["query", "execute", "exec", "->", "objects", ".delete", ".destroy"].iter().any(|each| code.contains(each));
    if drops.iter().any(|each| code.contains(each)) || runs_sql && empties.iter().any(|each| code.contains(each)) {
        walk.flag(scene, "database-delete", None);
    }
    if code.contains("(delete-directory") || code.contains("(delete-file") {
        walk.doubtful(scene, "unknown-target", "it deletes files");
    }
    let renamed = ["rmtree as ", "system as ", "remove as ", "unlink as ", "run as ", "Popen as "];
    if code.contains("import") && renamed.iter().any(|each| code.contains(each)) {
        walk.doubtful(scene, "unknown-code", "it calls what it gave another name");
    }
    if code.contains("getattr(") && code.contains(")(") {
        walk.doubtful(scene, "unknown-code", "it calls what it finds by name while it runs");
    }
    if code.contains("kill(1,") {
        walk.flag(scene, "power", None);
    }
    if code.contains("kill(-1") {
        walk.flag(scene, "kill-all", None);
    }
    if code.contains("dup2") && code.contains("socket")
        || code.contains("fsockopen") && code.contains("exec")
        || code.contains("TCPSocket") && code.contains("exec")
        || code.contains("Socket;") && code.contains("exec")
    {
        walk.flag(scene, "remote-shell", None);
    }
}

#[expect(clippy::too_many_arguments, reason = "all of what is known of one call")]
fn call(
    walk: &mut Walk,
    name: &str,
    does: &str,
    args: &[Arg],
    language: Language,
    scene: &Scene,
    is_decoded: bool,
    is_method: bool,
    is_static: bool,
) {
    let first = args.first();
    let is_known = first.is_some_and(|arg| arg.is_known);
    match does {
        // `pattern.exec(text)`, `list.remove(x)`: methods of other things have such names, too.
        "s" if matches!(name, "exec" | "execute" | "call" | "run" | "spawn")
            && is_method
            && !is_known
            && language != Language::Python => {}
        "s" if name == "exec" && language == Language::Python && !is_method => own_code(walk, first, language, scene),
        "s" => match args {
            [] => {}
            [one, ..] if is_known && (args.len() == 1 || one.text.contains(' ')) => {
                walk.code(&one.text, Language::Shell, scene)
            }
            _ if is_known => walk.deeper(scene, |walk| walk.run(args, scene)),
            _ => walk.doubtful(scene, "unknown-code", "it runs a command that is made while it runs"),
        },
        "q" => {
            if let Some(arg) = first.filter(|_| is_known) {
                sql(walk, &arg.text, scene);
            }
        }
        "c" if is_known || is_decoded || name != "load" => own_code(walk, first, language, scene),
        "t" => match first {
            Some(arg) if is_known => walk.file(arg, Verb::DeleteTree, scene),
            Some(_) => walk.doubtful(scene, "unknown-target", "it deletes folders whose names are made while it runs"),
            None => {}
        },
        "d" if name == "delete"
            && !(language == Language::Ruby && is_static || language == Language::Other && is_known) => {}
        "d" => match first {
            Some(arg) if is_known => walk.file(
                arg,
                if name.starts_with("move") || name.starts_with("rename") { Verb::DeleteTree } else { Verb::Delete },
                scene,
            ),
            Some(_) if !is_method || name != "remove" => {
                walk.doubtful(scene, "unknown-target", "it deletes files whose names are made while it runs")
            }
            // `Path(…).unlink()`
            None if matches!(name, "unlink" | "rmdir") && language == Language::Python => {
                walk.doubtful(scene, "unknown-target", "it deletes files whose names are made while it runs")
            }
            Some(_) | None => {}
        },
        "w" | "r" => {
            let verb = if does == "w" { Verb::Write } else { Verb::Read };
            if name.starts_with("symlink") || name.starts_with("link") {
                first.filter(|arg| arg.is_known).into_iter().for_each(|arg| walk.file(arg, verb, scene));
            }
            let target = if name.starts_with("copy") || name.starts_with("link") || name.starts_with("symlink") {
                args.get(1)
            } else {
                first
            };
            target.filter(|arg| arg.is_known).into_iter().for_each(|arg| walk.file(arg, verb, scene));
        }
        "o" => {
            let first = if language == Language::Perl { args.iter().find(|arg| arg.is_known) } else { first };
            if let Some(arg) = first.filter(|arg| arg.is_known) {
                let mode = args.get(1).map_or("r", |mode| mode.text.as_str());
                // Perl says the mode first, or within the name.
                let (mode, file) = if language == Language::Perl {
                    (
                        args.iter()
                            .map(|arg| arg.text.as_str())
                            .find(|text| text.contains(['<', '>', '|']))
                            .unwrap_or("<"),
                        args.last().unwrap_or(arg),
                    )
                } else {
                    (mode, arg)
                };
                if let Some(code) = file.text.strip_prefix('|') {
                    return walk.code(code, Language::Shell, scene);
                }
                if mode.contains('|') {
                    return walk.code(file.text.trim_matches(['|', ' ', '-']), Language::Shell, scene);
                }
                let writes = mode.contains(['w', 'a', 'x', '+', '>']);
                if file.text.contains("://") {
                    walk.url(file, scene)
                } else {
                    walk.file(file, if writes { Verb::Write } else { Verb::Read }, scene)
                }
            }
        }
        "u" => {
            if let Some(arg) = first
                .filter(|arg| arg.is_known && (arg.text.contains("://") || name != "fetch" && arg.text.contains('.')))
            {
                walk.url(arg, scene);
            }
        }
        _ => {}
    }
}

/// Code that is made and run by the code itself.
fn own_code(walk: &mut Walk, first: Option<&Arg>, language: Language, scene: &Scene) {
    match first {
        Some(arg) if arg.is_known => walk.code(&arg.text, language, scene),
        Some(_) => walk.doubtful(scene, "unknown-code", "it makes code while it runs"),
        None => {}
    }
}

/// A text that stands alone: paths of secrets count, whatever is done with them; backquotes run in some languages.
#[expect(clippy::too_many_arguments, reason = "all of what is known of one text")]
fn quoted(
    walk: &mut Walk,
    text: &Arg,
    quote: u8,
    language: Language,
    scene: &Scene,
    code: &str,
    from: usize,
    to: usize,
) {
    if quote == b'`' && language != Language::JavaScript {
        return match text.whole() {
            Some(text) => walk.code(text, Language::Shell, scene),
            None => walk.doubtful(scene, "unknown-code", "it runs a command that is made while it runs"),
        };
    }
    if language == Language::Awk {
        let before = code.get(..from).unwrap_or("").trim_end();
        let after = code.get(to..).unwrap_or("").trim_start();
        if before.ends_with('|') || before.ends_with("|&") || after.starts_with('|') && !after.starts_with("||") {
            let scene = Scene { input: crate::policy::walk::Input::Unknown, ..scene.clone() };
            return walk.code(&text.text, Language::Shell, &scene);
        }
        if before.ends_with('>') && before.contains("print") {
            return walk.file(text, Verb::Write, scene);
        }
        if after.is_empty() && before.ends_with("getline <") {
            return walk.file(text, Verb::Read, scene);
        }
    }
    let is_path = text.text.len() < 256
        && !text.text.contains([' ', '\n'])
        && (text.text.starts_with(['/', '~', '.']) && text.text.len() > 3 || text.text.contains(".ssh/"));
    if is_path && text.is_known {
        // `Path("x").write_text("")`: what is done stands behind.
        let verbs = [
            (".write_text(", Verb::Write),
            (".write_bytes(", Verb::Write),
            (".unlink(", Verb::Delete),
            ("deleteDir(", Verb::DeleteTree),
        ];
        for (_, verb) in verbs.iter().filter(|(name, _)| code.contains(name)) {
            walk.file(text, *verb, scene);
        }
        let path = walk.resolve(&text.text, scene);
        if path.is_some_and(|path| walk.around.is_secret(&path)) {
            walk.file(text, Verb::Read, scene);
        }
    }
}

const fn is_quote(byte: u8, language: Language) -> bool {
    matches!(byte, b'"' | b'\'') || byte == b'`' && !matches!(language, Language::Python | Language::Awk)
}

/// The literal that begins at a quote, with pieces added to it by `+` or `.`, and the place behind it.
fn literal(code: &str, from: usize, language: Language) -> (Arg, usize) {
    let bytes = code.as_bytes();
    let mut arg = Arg { is_known: true, ..Arg::default() };
    let mut at = from;
    while let Some(&quote) = bytes.get(at) {
        let is_three =
            language == Language::Python && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
        let is_formatted = quote == b'`'
            || language == Language::Python && at > 0 && matches!(bytes.get(at - 1), Some(b'f' | b'F'))
            || quote == b'"' && matches!(language, Language::Perl | Language::Php | Language::Ruby);
        at += if is_three { 3 } else { 1 };
        let mut piece = Vec::new();
        while let Some(&byte) = bytes.get(at) {
            if byte == quote && (!is_three || bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote)) {
                at += if is_three { 3 } else { 1 };
                break;
            }
            if byte == b'\\' {
                at += 1;
                match bytes.get(at) {
                    Some(b'n') => piece.push(b'\n'),
                    Some(b't') => piece.push(b'\t'),
                    Some(b'x' | b'u' | b'0'..=b'7') => {
                        let hex = if bytes.get(at) == Some(&b'x') {
                            code.get(at + 1..at + 3)
                        } else {
                            code.get(at + 1..at + 5)
                        };
                        match hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
                            Some(sign) if !matches!(bytes.get(at), Some(b'0'..=b'7')) => {
                                piece.extend(sign.to_string().bytes());
                                at += hex.map_or(0, str::len);
                            }
                            Some(_) | None => arg.is_known = false,
                        }
                    }
                    Some(&other) => piece.push(other),
                    None => {}
                }
                at += 1;
                continue;
            }
            if is_formatted
                && (byte == b'{' && language == Language::Python
                    || byte == b'$'
                    || byte == b'#' && bytes.get(at + 1) == Some(&b'{'))
            {
                arg.is_known = false;
            }
            piece.push(byte);
            at += 1;
        }
        arg.text.push_str(&String::from_utf8_lossy(&piece));
        // "a" + "b", "a" . "b", "a" "b"
        let mut next = at;
        let skip = |next: &mut usize| {
            while matches!(bytes.get(*next), Some(b' ' | b'\n')) {
                *next += 1;
            }
        };
        skip(&mut next);
        let joins = bytes.get(next) == Some(&b'+')
            || bytes.get(next) == Some(&b'.') && matches!(language, Language::Perl | Language::Php);
        if joins {
            next += 1;
            skip(&mut next);
            if bytes.get(next).is_some_and(|&byte| is_quote(byte, language)) {
                at = next;
                continue;
            }
            arg.is_known = false;
            at = next;
        } else if matches!(language, Language::Python | Language::Awk)
            && next > at
            && bytes.get(next).is_some_and(|&byte| is_quote(byte, language))
        {
            at = next;
            continue;
        } else if bytes.get(next) == Some(&b'%') && language == Language::Python
            || code.get(next..).is_some_and(|rest| {
                rest.starts_with(".format") || rest.starts_with(".join") || rest.starts_with(".replace")
            })
        {
            arg.is_known = false;
        }
        break;
    }
    (arg, at)
}

const RUBY_DELETES: &[&str] = &["File.delete", "rm_r", "rm_rf", "File.unlink", "Dir.rmdir", "remove_dir"];

/// The arguments of a call: literals, and an unknown word for each that is none. Whether it is a call at all.
fn arguments(code: &str, from: usize, language: Language) -> (Vec<Arg>, bool) {
    let bytes = code.as_bytes();
    let mut at = from;
    // `rm_rf!(…)`
    if bytes.get(at) == Some(&b'!') && bytes.get(at + 1) == Some(&b'(') {
        at += 1;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    let has_parenthesis = bytes.get(at) == Some(&b'(');
    let is_evaluated = matches!(code.get(..from).map(|code| code.ends_with("eval")), Some(true))
        && matches!(language, Language::Perl | Language::Ruby)
        && bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic());
    if is_evaluated {
        return (vec![Arg::unknown()], true);
    }
    let may_be_bare = matches!(language, Language::Ruby | Language::Perl | Language::Other | Language::Php);
    let is_word = bytes.get(at).is_some_and(|&byte| is_quote(byte, language) || matches!(byte, b'$' | b'<'));
    let is_operator = matches!(bytes.get(at), Some(b'{' | b'[' | b'/' | b'|'))
        && matches!(code.get(..from).and_then(|code| code.get(code.len().saturating_sub(2)..)), Some("qx" | "%x"));
    if is_operator {
        let close = match bytes.get(at) {
            Some(b'{') => '}',
            Some(b'[') => ']',
            Some(&other) => other as char,
            None => ' ',
        };
        let rest = code.get(at + 1..).unwrap_or("");
        return (vec![Arg::known(rest.split(close).next().unwrap_or(rest))], true);
    }
    // `q(…)` of Perl is a text.
    if language == Language::Perl
        && let Some(rest) = code.get(at..).and_then(|rest| rest.strip_prefix("qq(").or_else(|| rest.strip_prefix("q(")))
    {
        return (vec![Arg::known(rest.split(')').next().unwrap_or(rest))], true);
    }
    if !has_parenthesis
        && (language == Language::Perl
            && code.get(at..).is_some_and(|rest| rest.starts_with("glob") || rest.starts_with("for"))
            || language == Language::Ruby
                && bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
                && code.get(..from).is_some_and(|before| RUBY_DELETES.iter().any(|each| before.ends_with(each))))
    {
        return (vec![Arg::unknown()], true);
    }
    if !(has_parenthesis || may_be_bare && is_word) {
        return (Vec::new(), false);
    }
    let is_quoting = code.get(..from).is_some_and(|before| before.ends_with("qx") || before.ends_with("%x"));
    at += usize::from(has_parenthesis);
    if is_quoting {
        let rest = code.get(at..).unwrap_or("");
        return (vec![Arg::known(rest.split(')').next().unwrap_or(rest))], true);
    }
    let mut args: Vec<Arg> = Vec::new();
    let mut depth = 0_usize;
    // Whether the next thing begins an argument.
    let mut is_begin = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                if depth == 0 {
                    break;
                }
                depth -= 1;
                is_begin = false;
            }
            b',' => is_begin = true,
            b';' | b'\n' if !has_parenthesis => break,
            b' ' | b'\n' | b'\t' | b'\r' => {}
            _ if is_quote(byte, language) => {
                let (text, next) = literal(code, at, language);
                if is_begin {
                    args.push(text);
                }
                is_begin = false;
                at = next;
                continue;
            }
            _ if is_begin => {
                let length = bytes
                    .get(at..)
                    .unwrap_or(&[])
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte == b'$')
                    .count()
                    .max(1);
                let after = bytes.get(at + length..).unwrap_or(&[]).iter().find(|byte| !byte.is_ascii_whitespace());
                let name = code.get(at..at + length).unwrap_or("");
                // `shell=True`, `recursive: true`: settings. `r'…'`, `f"…"`: a letter before a literal.
                let is_prefix = length <= 2
                    && bytes.get(at + length).is_some_and(|&byte| is_quote(byte, language))
                    && language == Language::Python;
                let is_wrapper = after == Some(&b'(')
                    && matches!(
                        name,
                        "expanduser" | "glob" | "Path" | "join" | "resolve" | "str" | "File" | "URL" | "quote"
                    )
                    || after == Some(&b'.') && matches!(name, "os" | "path" | "pathlib" | "Path" | "np");
                if is_wrapper {
                    // What it wraps is taken in its place.
                    at += length + 1;
                    if bytes.get(at - 1) == Some(&b'(') {
                        depth += 1;
                    }
                    continue;
                }
                if matches!(after, Some(b'=' | b':')) {
                    is_begin = false;
                } else if !is_prefix {
                    args.push(Arg::unknown());
                    is_begin = false;
                }
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    (args, true)
}
