//! Languages of code that commands run.

/// A language, as far as the scanner tells them apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// What a shell reads.
    Shell,
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Ruby.
    Ruby,
    /// Perl.
    Perl,
    /// PHP.
    Php,
    /// Awk.
    Awk,
    /// SQL, and what the shells of databases read.
    Sql,
    /// Any other: calls are looked for by name.
    Other,
}

impl Language {
    /// By the letters of the table.
    pub fn named(name: &str) -> Self {
        match name {
            "sh" => Self::Shell,
            "py" => Self::Python,
            "js" => Self::JavaScript,
            "rb" => Self::Ruby,
            "pl" => Self::Perl,
            "php" => Self::Php,
            "awk" => Self::Awk,
            "sql" => Self::Sql,
            _ => Self::Other,
        }
    }
}

/// What the first line of a script says.
pub fn language_of(text: &str) -> Option<Language> {
    let line = text.strip_prefix("#!")?.split('\n').next()?;
    let program = line
        .split_ascii_whitespace()
        .map(crate::policy::places::file_name)
        .find(|name| *name != "env" && !name.starts_with('-'))?;
    Some(match program.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.') {
        "python" | "pypy" | "uv" => Language::Python,
        "node" | "bun" | "deno" | "tsx" | "ts-node" => Language::JavaScript,
        "ruby" => Language::Ruby,
        "perl" => Language::Perl,
        "php" => Language::Php,
        "awk" | "gawk" => Language::Awk,
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" => Language::Shell,
        _ => Language::Other,
    })
}
