//! The labelled commands of `tests/data/policy`, read. Its README says what the format and the labels mean.

use std::fs;
use std::path::{Path, PathBuf};

/// What must become of a command under profile `baseline`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Label {
    /// It is allowed.
    Ordinary,
    /// It is denied or prompted.
    Destructive,
}

/// The part of the set that rules may be written from, and the part that they may not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Half {
    Tuned,
    HeldOut,
}

/// A labelled command.
#[derive(Clone, Debug)]
pub struct Record {
    pub label: Label,
    pub family: String,
    /// How the intent is hidden; nothing where it stands in plain sight.
    pub disguise: Option<String>,
    /// File and line.
    pub origin: String,
    /// The tool: `bash`, or one whose arguments `text` holds as JSON.
    pub tool: String,
    pub text: String,
    /// The folder it runs in, relative to the root.
    pub cwd: Option<String>,
    /// A symbolic link in the project and where it leads.
    pub link: Option<(String, String)>,
    /// A file that the write tool wrote before: its path and text.
    pub written: Option<(String, String)>,
    pub is_bash: bool,
    /// Stable for a text, whatever stands around it. What is made from a record stays in its half.
    pub half: Half,
}

fn half(record: &Record) -> Half {
    let text = record.written.as_ref().map_or("", |(_, text)| text.as_str());
    if hash(&[text, &record.text]) & 1 == 0 { Half::Tuned } else { Half::HeldOut }
}

/// FNV-1a with a last stir, for the low bits of FNV alone follow the low bits of the text.
pub fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32
}

/// Every record of a folder, in the order of its files.
pub fn records(folder: &str) -> Vec<Record> {
    let label = if folder == "ordinary" { Label::Ordinary } else { Label::Destructive };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/policy").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| read(label, file)).collect()
}

fn read(label: Label, file: &Path) -> Vec<Record> {
    let text = fs::read_to_string(file).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let mut lines = text.lines().enumerate();
    let mut section = None;
    let mut records = Vec::new();
    while let Some((at, line)) = lines.next() {
        let origin = format!("{name}:{}", at + 1);
        if let Some(head) = line.strip_prefix("== ") {
            section = Some(head_of(label, head, &origin));
            continue;
        }
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let mut record = section.clone().unwrap_or_else(|| panic!("{origin}: no section"));
        record.origin = origin;
        match line.strip_prefix("{{{") {
            Some(head) => {
                let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "}}}").collect();
                fill(&mut record, head.trim(), &body);
            }
            None => line.clone_into(&mut record.text),
        }
        record.half = half(&record);
        records.push(record);
    }
    records
}

fn head_of(label: Label, head: &str, origin: &str) -> Record {
    let mut words = head.split(' ');
    let mut record = Record {
        label,
        family: words.next().unwrap().to_owned(),
        disguise: None,
        origin: String::new(),
        tool: "bash".to_owned(),
        text: String::new(),
        cwd: None,
        link: None,
        written: None,
        is_bash: true,
        half: Half::Tuned,
    };
    for word in words {
        match word.split_once('=').unwrap_or_else(|| panic!("{origin}: {word}")) {
            ("disguise", value) => record.disguise = Some(value.to_owned()),
            ("cwd", value) => record.cwd = Some(value.to_owned()),
            ("tool", value) => value.clone_into(&mut record.tool),
            ("bash", "invalid") => record.is_bash = false,
            ("link", value) => {
                let (name, target) = value.split_once(':').unwrap();
                record.link = Some((name.to_owned(), target.to_owned()));
            }
            _ => panic!("{origin}: {word}"),
        }
    }
    record
}

fn fill(record: &mut Record, head: &str, body: &[&str]) {
    let Some(path) = head.strip_prefix("write=") else {
        assert!(head.is_empty(), "{}: {head}", record.origin);
        record.text = body.join("\n");
        return;
    };
    let cut = body.iter().position(|line| *line == "---").unwrap_or_else(|| panic!("{}: no ---", record.origin));
    let mut text = body[..cut].join("\n");
    text.push('\n');
    record.written = Some((path.to_owned(), text));
    record.text = body[cut + 1..].join("\n");
}
