//! Calls by name, and what they do.

use std::sync::OnceLock;

use super::language::Language;
use super::scan::Scan;
use super::sql::sql;
use super::values::Given;
use crate::policy::commands::Arg;
use crate::policy::places::Verb;
use crate::policy::walk::{Input, Scene};

/// What a call does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Does {
    /// It runs shell code or a command.
    Run,
    /// The same, where it may be so: of Python where `subprocess` is there, of languages that nobody knows.
    RunOf,
    /// It deletes a folder with all below.
    Tree,
    /// It deletes a file.
    Delete,
    /// It writes a file.
    Write,
    /// It reads a file.
    Read,
    /// It sends a statement to a database.
    Query,
    /// It opens a file, or what else has a name.
    Open,
    /// It goes to the network.
    Fetch,
    /// It makes code of text.
    Eval,
    /// It runs a file of code of the same language.
    Load,
    /// It calls what it is told the name of.
    Apply,
    /// It ends a process.
    Kill,
}

/// Names behind a dot count, too.
const CALLS: &[(&str, Does)] = &[
    (
        "system popen exec execl execlp execle execv execvp execve spawnl spawnlp spawnv spawnvp check_call check_output Popen getoutput system2 osCmd \
      getstatusoutput execSync execFileSync spawnSync execFile spawn shell_exec passthru proc_open pcntl_exec capture2 capture3 capture2e \
      popen3 create_subprocess_shell create_subprocess_exec posix_spawn ShellExecute startProcess run_program io_popen Process os_cmd fork syscmd esyscmd",
        Does::Run,
    ),
    ("run call", Does::RunOf),
    (
        "rmtree rm_rf rm_r rm rmSync rmdirSync remove_dir_all remove_tree remove_entry_secure rimraf removeSync emptyDirSync deltree deleteTree removeTree DeleteDirectory nukeDir \
      delete_directory remove_dir remove_all RemoveAll deleteRecursively REMOVE_RECURSE del_dir_r",
        Does::Tree,
    ),
    (
        "unlink delete glob_unlink unlinkSync removedirs remove rmdir delete_file deleteFile DeleteFile removeFile rename renameSync move moveSync",
        Does::Delete,
    ),
    (
        "writeFileSync writeFile appendFileSync appendFile createWriteStream write_text write_bytes file_put_contents copyFileSync copyfile \
      copy link linkSync symlink symlinkSync truncate truncateSync chmod chmodSync chown",
        Does::Write,
    ),
    (
        "readFileSync readFile read_text read_bytes file_get_contents createReadStream readlines slurp load_dotenv readLines",
        Does::Read,
    ),
    ("execute executescript executemany query raw execute_sql exec_query queryRawUnsafe executeRawUnsafe", Does::Query),
    ("open fopen", Does::Open),
    (
        "urlopen urlretrieve fsockopen fetch request URI LWP getstore HTTPConnection HTTPSConnection create_connection connect createConnection",
        Does::Fetch,
    ),
    (
        "eval exec_ Function runInThisContext runInNewContext instance_eval class_eval create_function assert_ unserialize loadstring load",
        Does::Eval,
    ),
    ("run_path execfile load_source dofile", Does::Load),
    ("array_map array_walk call_user_func call_user_func_array", Does::Apply),
    ("kill", Does::Kill),
];

/// What a call of this name does.
pub fn does_of(name: &str) -> Option<Does> {
    // Every name in code is looked for.
    static SORTED: OnceLock<Vec<(&str, Does)>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut sorted: Vec<(&str, Does)> = Vec::new();
        for (names, does) in CALLS {
            for name in names.split_ascii_whitespace() {
                let place = sorted.partition_point(|(other, _)| *other < name);
                sorted.insert(place, (name, *does));
            }
        }
        sorted
    });
    let place = sorted.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    sorted.get(place).map(|(_, does)| *does)
}

/// What a call is called on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum On {
    /// Nothing: it is a name alone.
    Nothing,
    /// A module that is known for such calls, or what another call gives.
    Module,
    /// A thing that has such a name, too.
    Thing,
}

pub const MADE: &str = "it runs a command that is made while it runs";
const UNNAMED: &str = "it deletes files whose names are made while it runs";

impl Scan<'_, '_, '_> {
    /// Does what the call does.
    pub fn call(&mut self, name: &str, does: Does, given: &Given, on: On) {
        let (language, scene) = (self.code.language, self.scene);
        let first = given.args.first();
        let known = first.filter(|arg| arg.is_known);
        match does {
            Does::Run | Does::RunOf => self.run(name, does, given, on),
            Does::Query => known.into_iter().for_each(|arg| sql(self.walk, &arg.text, scene)),
            Does::Eval if known.is_some() || name != "load" || self.decodes() => self.own_code(first),
            Does::Eval => {}
            Does::Tree => match (first, known) {
                (_, Some(arg)) => self.walk.file(arg, Verb::DeleteTree, scene),
                (Some(_), None) => self.walk.doubtful(scene, "unknown-target", UNNAMED),
                (None, None) => {}
            },
            // Many things have a method of that name.
            Does::Delete
                if name == "delete"
                    && !(language == Language::Ruby && on == On::Module
                        || language == Language::Other && known.is_some()) => {}
            Does::Delete => match (first, known.filter(|arg| !arg.text.contains('*'))) {
                (_, Some(arg)) => {
                    // `delete` of Gradle takes a folder with all below.
                    let is_tree = name.starts_with("move")
                        || name.starts_with("rename")
                        || name == "delete"
                        || given.is_recursive;
                    self.walk.file(arg, if is_tree { Verb::DeleteTree } else { Verb::Delete }, scene);
                }
                (Some(_), None) if on != On::Thing || name != "remove" => {
                    self.walk.doubtful(scene, "unknown-target", UNNAMED)
                }
                // `Path(…).unlink()`
                (None, None) if matches!(name, "unlink" | "rmdir") && language == Language::Python => {
                    self.walk.doubtful(scene, "unknown-target", UNNAMED)
                }
                (Some(_) | None, None) => {}
            },
            Does::Write => self.write(name, given),
            Does::Read => known.into_iter().for_each(|arg| self.walk.file(arg, Verb::Read, scene)),
            Does::Open => self.open(given),
            Does::Fetch => {
                let is_host = |arg: &&Arg| arg.text.contains("://") || name != "fetch" && arg.text.contains('.');
                known.filter(is_host).into_iter().for_each(|arg| self.walk.url(arg, scene));
            }
            Does::Load => match (first, known) {
                (_, Some(file)) => self.walk.run_file(file, language, scene),
                (Some(_), None) => self.walk.doubtful(scene, "unknown-code", "the file that runs is not known"),
                (None, None) => {}
            },
            Does::Apply => {
                if let Some((name, does)) = known.and_then(|arg| Some((arg.text.clone(), does_of(&arg.text)?))) {
                    let rest = Given { args: given.args.iter().skip(1).cloned().collect(), ..Given::default() };
                    self.call(&name, does, &rest, On::Nothing);
                }
            }
            Does::Kill => {
                let has = |number: &str| given.args.iter().any(|arg| arg.is_known && arg.text == number);
                let rule = if has("-1") { "kill-all" } else { "power" };
                if has("-1") || known.is_some_and(|arg| arg.text == "1") {
                    self.walk.flag(scene, rule, None);
                }
            }
        }
    }

    fn run(&mut self, name: &str, does: Does, given: &Given, on: On) {
        let language = self.code.language;
        if does == Does::RunOf {
            let is_it = language == Language::Python && self.code.text.contains("subprocess")
                || language == Language::Other && name == "run";
            if !is_it {
                return;
            }
        }
        // Whether a program at the other end reads what is written to it, as `popen("sh", "w")`.
        let is_fed = given.is_fed
            || name.ends_with("popen")
                && given.args.get(1).is_some_and(|mode| mode.is_known && mode.text.contains('w'));
        let input = if is_fed { Input::Unknown } else { Input::None };
        let scene = Scene { input, ..self.scene.clone() };
        match given.args.as_slice() {
            [] => {}
            // `pattern.exec(text)`: methods of other things have such names, too.
            [first, ..]
                if matches!(name, "exec" | "execute" | "spawn" | "fork")
                    && on == On::Thing
                    && !first.is_known
                    && language != Language::Python => {}
            [first, ..] if name == "exec" && language == Language::Python && on != On::Thing => {
                let first = first.clone();
                self.own_code(Some(&first));
            }
            [one, rest @ ..] if one.is_known && (rest.is_empty() || is_fed || one.text.contains(' ')) => {
                self.walk.code(&one.text, Language::Shell, &scene)
            }
            [one, ..] if one.is_known => self.walk.deeper(&scene, |walk| walk.run(&given.args, &scene)),
            [_, ..] => self.walk.doubtful(&scene, "unknown-code", MADE),
        }
    }

    fn write(&mut self, name: &str, given: &Given) {
        let is_link = name.starts_with("link") || name.starts_with("symlink");
        let source = given.args.first();
        let target = if is_link || name.starts_with("copy") { given.args.get(1) } else { source };
        for arg in source.filter(|_| is_link).into_iter().chain(target).filter(|arg| arg.is_known) {
            self.walk.file(arg, Verb::Write, self.scene);
        }
        if name.starts_with("truncate") && target.is_some_and(|arg| !arg.is_known) {
            self.walk.doubtful(self.scene, "unknown-target", "it empties files whose names are made while it runs");
        }
    }

    fn open(&mut self, given: &Given) {
        let (scene, is_perl) = (self.scene, self.code.language == Language::Perl);
        let known = |arg: &&Arg| arg.is_known;
        // Perl says the mode first, or within the name.
        let (mode, file) = if is_perl {
            let mut texts = given.args.iter().map(|arg| arg.text.as_str());
            let mode = texts.find(|text| text.contains(['<', '>', '|'])).unwrap_or("<");
            (mode, given.args.last().filter(|_| given.args.iter().any(|arg| arg.is_known)))
        } else {
            (given.args.get(1).map_or("r", |mode| mode.text.as_str()), given.args.first().filter(known))
        };
        let Some(file) = file else { return };
        if mode.contains('|') || file.text.starts_with('|') {
            // What is written to it is not known.
            let scene = Scene { input: Input::Unknown, ..scene.clone() };
            return self.walk.code(file.text.trim_matches(['|', ' ', '-']), Language::Shell, &scene);
        }
        if file.text.contains("://") {
            return self.walk.url(file, scene);
        }
        let writes = mode.contains(['w', 'a', 'x', '+', '>']);
        self.walk.file(file, if writes { Verb::Write } else { Verb::Read }, scene);
    }

    /// Code that is made and run by the code itself.
    pub fn own_code(&mut self, first: Option<&Arg>) {
        match first {
            Some(arg) if arg.is_known => self.walk.code(&arg.text, self.code.language, self.scene),
            Some(_) => self.walk.doubtful(self.scene, "unknown-code", "it makes code while it runs"),
            None => {}
        }
    }

    /// A control port of the gate, named in code that speaks to this machine.
    pub fn ports(&mut self) {
        let text = self.code.text;
        if !["127.", "localhost", "::1", "0.0.0.0"].iter().any(|host| text.contains(host)) {
            return;
        }
        for port in self.walk.around.control_ports.iter().copied() {
            if text.contains(&port.to_string()) {
                self.walk.port(port);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_does_one_thing() {
        let mut names: Vec<&str> = CALLS.iter().flat_map(|(names, _)| names.split_ascii_whitespace()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert_eq!(does_of("rmSync"), Some(Does::Tree));
        assert_eq!(does_of("rmS"), None);
    }
}
