//! What the shells of databases read, SQL and their own commands: statements that delete, and those that reach out of the database.

use crate::policy::commands::Arg;
use crate::policy::glob::is_one_of;
use crate::policy::places::Verb;
use crate::policy::walk::{Scene, Walk};

/// What may be dropped with more than a setting: a constraint or a default is no data.
const DROPPED: &str = "DATABASE SCHEMA TABLE USER ROLE TABLESPACE COLLECTION KEYSPACE COLUMN OWNED MATERIALIZED VIEW INDEX FUNCTION TYPE SEQUENCE EXTENSION \
    TRIGGER PROCEDURE WAREHOUSE DOMAIN AGGREGATE PUBLICATION SUBSCRIPTION MEASUREMENT SERIES SHARD BUCKET STREAM STAGE FOREIGN SERVER POLICY RETENTION PARTITION GRAPH";
/// Calls of documents' databases that delete, in large letters and without blanks.
const CALLS: &[&str] = &[
    "DROPDATABASE(",
    ".DROP(",
    "DELETEMANY({})",
    ".REMOVE({})",
    "DROPUSER(",
    "DROPROLE(",
    "DROPALLUSERS",
    "UPDATEMANY({},",
    "SHUTDOWN:",
    "SHUTDOWNSERVER(",
    "PG_TERMINATE_BACKEND(PID)",
    "PG_DROP_REPLICATION_SLOT",
    "DROPINDEXES(",
    ".RESTORE",
    "DETACHDELETE",
];
/// Calls and commands that run something, or load it.
const RUNS: &[&str] = &[
    "XP_CMDSHELL",
    "SYS_EXEC(",
    "\\!",
    "LOAD_EXTENSION(",
    "LOAD(\"",
    "LOAD('",
    "PG_READ_FILE(",
    "LO_EXPORT(",
    ".IMPORT'|",
    ".IMPORT|",
    ".OUTPUT|",
    ".ONCE|",
    "\\O|",
    "\\COPY|",
];
/// Words of one statement that are looked at.
const WORDS_MAX: usize = 64;

/// Looks through statements.
pub fn sql(walk: &mut Walk, code: &str, scene: &Scene) {
    if !walk.budget.spend(code.len() * 8) {
        return walk.doubtful(scene, "unread", "it is longer than is read");
    }
    let upper = code.to_ascii_uppercase().replace("/**/", " ");
    // What a text holds is no statement, but where statements are made of texts.
    let is_made = upper.contains("EXECUTE") || upper.contains("$$");
    let plain = if is_made { upper.replace('\'', ";") } else { without_texts(&upper) };
    for statement in plain.split(';') {
        one(walk, statement, scene);
    }
    let tight: String = upper.chars().filter(|sign| !sign.is_whitespace()).collect();
    if CALLS.iter().any(|call| tight.contains(call)) {
        walk.flag(scene, "database-delete", None);
    }
    if RUNS.iter().any(|run| tight.contains(run)) {
        walk.doubtful(scene, "unknown-code", "the database runs a command");
    }
    files(walk, code, &upper, scene);
}

/// The code without texts and comments.
fn without_texts(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for (at, part) in code.split('\'').enumerate() {
        out.push_str(if at % 2 == 0 { part } else { "''" });
    }
    let mut plain = String::with_capacity(out.len());
    for line in out.lines() {
        plain.push_str(line.split("--").next().unwrap_or(line));
        plain.push('\n');
    }
    plain
}

fn one(walk: &mut Walk, statement: &str, scene: &Scene) {
    let parts = |sign: char| sign.is_whitespace() || matches!(sign, '(' | ')' | ',' | '"' | '`');
    let words: Vec<&str> =
        statement.split(parts).filter(|word| !word.is_empty() && !word.starts_with("/*")).take(WORDS_MAX).collect();
    let first = words.first().copied().unwrap_or("");
    let has = |word: &str| words.contains(&word);
    let is_pair = |one: &str, is: &dyn Fn(&str) -> bool| {
        words.windows(2).any(|pair| matches!(pair, [word, next] if *word == one && is(next)))
    };
    if first == "EXPLAIN" && !has("ANALYZE") || first == "COMMENT" {
        return;
    }
    let is_drop = is_pair("DROP", &|next| is_one_of(DROPPED, next));
    let changes = is_pair("DELETE", &|next| next == "FROM")
        || first == "DELETE"
        || has("ALTER") && has("DELETE")
        || has("UPDATE") && has("SET") && !is_pair("FOR", &|next| next == "UPDATE");
    let tight: String = statement.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_all = !has("WHERE")
        || ["WHERE1=1", "WHERETRUE", "WHERE''=''", "WHERE1>0"].iter().any(|each| tight.contains(each))
        || tight.ends_with("WHERE1");
    let empties = matches!(first, "TRUNCATE" | "PURGE") || has("FLUSHALL") || has("FLUSHDB") || first == "DROP";
    let resets = first == "RESET" && (has("MASTER") || has("SLAVE") || has("REPLICA"));
    if is_drop || changes && is_all || empties || resets {
        walk.flag(scene, "database-delete", None);
    }
    let is_wide = first == "GRANT" && (words.last() == Some(&"PUBLIC") || has("*.*"));
    if is_wide || has("SUPERUSER") && matches!(first, "ALTER" | "CREATE") {
        walk.flag(scene, "privilege", None);
    }
    if has("COPY") && has("PROGRAM") || matches!(first, "SYSTEM" | ".SHELL" | ".SYSTEM" | ".LOAD") {
        walk.doubtful(scene, "unknown-code", "the database runs a command");
    }
    if is_pair("INTO", &|next| matches!(next, "OUTFILE" | "DUMPFILE")) {
        walk.flag(scene, "system-write", None);
    }
}

/// Files that are written by name: `.output x`, `writefile('x', …)`, `attach 'x'`.
fn files(walk: &mut Walk, code: &str, upper: &str, scene: &Scene) {
    for line in code.lines() {
        let file =
            [".output ", ".once ", ".backup ", ".log ", ".excel "].iter().find_map(|head| line.strip_prefix(head));
        if let Some(file) = file {
            walk.file(&Arg::known(file.trim()), Verb::Write, scene);
        }
    }
    for head in ["WRITEFILE('", "ATTACH '", "ATTACH DATABASE '", " TO '"] {
        if head == " TO '" && !upper.contains("COPY") {
            continue;
        }
        let Some(at) = upper.find(head) else { continue };
        let file = code.get(at + head.len()..).and_then(|rest| rest.split('\'').next()).unwrap_or("");
        walk.file(&Arg::known(file), Verb::Write, scene);
    }
}
