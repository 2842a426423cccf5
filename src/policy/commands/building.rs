//! What builds run that nobody names: makefiles, scripts of packages, and their like, where this session wrote them.

use super::arg::Arg;
use super::engine::Command;
use super::special::{is_input, run_code};
use crate::json::Tree;
use crate::policy::code::Language;
use crate::policy::glob::{is_one_of, matches};
use crate::policy::places::file_name;
use crate::policy::walk::{Input, Walk};
use crate::policy::written::Content;

/// Tools, the files they read without being told, and the language of these.
const FILES: &[(&str, &str, Language)] = &[
    (
        "make gmake nmake ninja just task",
        "Makefile makefile GNUmakefile *.mk justfile Justfile Taskfile.yml Taskfile.yaml",
        Language::Shell,
    ),
    ("npm pnpm yarn bun", "package.json", Language::Shell),
    ("composer", "composer.json", Language::Shell),
    ("rake", "Rakefile rakefile", Language::Ruby),
    ("gradle gradlew", "build.gradle build.gradle.kts settings.gradle", Language::Other),
    ("cargo", "build.rs", Language::Other),
    ("cmake", "CMakeLists.txt", Language::Other),
    ("nox", "noxfile.py", Language::Python),
    ("inv invoke fab", "tasks.py fabfile.py", Language::Python),
    ("gulp grunt", "gulpfile.js Gruntfile.js", Language::JavaScript),
    ("pip pip3 uv", "setup.py", Language::Python),
    ("dotnet msbuild", "*.proj *.csproj *.targets", Language::Other),
    ("mix", "mix.exs", Language::Other),
    ("direnv", ".envrc", Language::Shell),
    ("pytest py.test", "conftest.py", Language::Python),
    ("jest vitest vite webpack eslint", "*.config.js *.config.mjs *.config.ts *.config.cjs", Language::JavaScript),
    ("go", "*.go", Language::Other),
];
/// Options that name the file, and the folder it is in.
const FILE: &str = "-f --file -t --taskfile --makefile --rakefile --gulpfile --build-file --manifest-path --noxfile";
const FOLDER: &str = "-C --directory --prefix --cwd --dir -p --project-dir --working-dir -S";

/// What the tool reads, where this session wrote it.
pub fn builds(walk: &mut Walk, command: &Command) {
    let tool = file_name(command.name);
    let Some((_, files, language)) = FILES.iter().find(|(tools, _, _)| is_one_of(tools, tool)) else { return };
    let named = values(command.args, FILE);
    let folder = values(command.args, FOLDER).pop().unwrap_or_else(|| Arg::known("."));
    if named.iter().any(is_input) {
        return match &command.scene.input {
            Input::Text(text) => build(walk, command, text, *language),
            Input::None => {}
            Input::File(_) | Input::Names(_) | Input::Network | Input::Unknown => unknown(walk, command),
        };
    }
    let usual: Vec<Arg> = files.split_ascii_whitespace().map(|name| folder.below(name)).collect();
    let here = named.iter().chain(&usual).find_map(|file| walk.content_of(file, command.scene));
    // What this very call wrote counts wherever it is: builds look for such files themselves.
    let elsewhere = || walk.writes.iter().rev().find(|(path, _)| any_of_words(files, file_name(path)));
    let content = here.or_else(|| elsewhere().map(|(_, content)| content.clone()));
    match content {
        Some(Content::Text(text)) => build(walk, command, &text, *language),
        // One that was changed by `jq` or `npm pkg` is everyday; these are asked what they put in.
        Some(Content::Unknown) if *files == "package.json" => {}
        Some(Content::Network | Content::Unknown) => unknown(walk, command),
        None => {}
    }
}

/// The values of these options, told apart from their names or not.
fn values(args: &[Arg], names: &str) -> Vec<Arg> {
    let mut values = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        match arg.text.split_once('=') {
            Some((name, value)) if is_one_of(names, name) => values.push(arg.part(value)),
            _ if is_one_of(names, &arg.text) => values.extend(args.get(at + 1).cloned()),
            _ => {}
        }
    }
    values
}

fn unknown(walk: &mut Walk, command: &Command) {
    walk.doubtful(command.scene, "unknown-code", "the file of the build is made while it runs");
}

/// Whether one of the patterns between the blanks fits.
fn any_of_words(patterns: &str, name: &str) -> bool {
    patterns.split_ascii_whitespace().any(|pattern| matches(pattern, name, None, false))
}

fn build(walk: &mut Walk, command: &Command, text: &str, language: Language) {
    if language != Language::Shell {
        // What is made while it runs belongs to builds; only what is certain counts.
        let mark = walk.mark_certain();
        walk.code(text, language, command.scene);
        walk.keep_certain(mark);
    } else if text.trim_start().starts_with('{') {
        scripts(walk, command, text);
    } else {
        recipes(walk, command, text);
    }
}

/// Each line of a recipe is shell code.
fn recipes(walk: &mut Walk, command: &Command, text: &str) {
    for line in text.lines() {
        let line = line.trim_start_matches(['\t', '@', '-', ' ']);
        // `cmds: ["…"]` and `- "…"` of a Taskfile.
        let line = line.split_once("cmds: [").map_or(line, |(_, code)| code.trim_end_matches(']'));
        let line = line.strip_prefix("cmd: ").unwrap_or(line);
        let line = line.strip_prefix('"').and_then(|code| code.strip_suffix('"')).unwrap_or(line);
        let code = line.split_once("$(shell ").map_or(line, |(_, code)| code);
        if code.contains(' ') {
            let code = code.split_once(": ; ").or_else(|| code.split_once(":;")).map_or(code, |(_, code)| code);
            // A variable of the makefile where a command would stand.
            let code = code.replace("$(HOME)", "~").replace("$(CURDIR)", ".");
            walk.code(&code, Language::Shell, command.scene);
        }
    }
}

/// Scripts of a package: any of them may run.
fn scripts(walk: &mut Walk, command: &Command, text: &str) {
    let Ok(package) = Tree::read(text) else { return };
    let Some(Tree::Object(scripts)) = package.get("scripts") else { return };
    for (_, code) in scripts {
        let lines = code.as_list().map_or(std::slice::from_ref(code), |lines| lines);
        for code in lines.iter().filter_map(Tree::as_str) {
            walk.code(code, Language::Shell, command.scene);
        }
    }
}

/// `npm pkg set scripts.x='code'`: it does not run now, and what will is there to be read.
pub fn assign_scripts(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        if let Some((name, code)) = arg.text.split_once('=')
            && name.starts_with("scripts.")
        {
            run_code(walk, command, &arg.part(code));
        }
    }
}

/// `make CC='code'`, `make --eval='x:;code'`
pub fn make_variables(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        if let Some((_, code)) = arg.text.split_once('=').filter(|(_, code)| code.contains(' ')) {
            run_code(walk, command, &arg.part(code.split_once(":;").map_or(code, |(_, code)| code)));
        }
    }
}
