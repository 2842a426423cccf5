//! From four sources to one configuration: defaults, then file, then plugin options, then environment.

use crate::sorted::Sorted;
use std::cell::RefCell;

use super::env_names::EnvNames;
use super::finding::{Finding, Findings};
use super::limits::QUOTED_BYTES_MAX;
use super::problem::{Problem, Problems, Section, cut};
use super::reader::{Reader, Reading};
use super::routing::Routing;
use super::suggestion::is_similar;
use super::tree::{Node, Origin, Path, Value};
use super::{Config, ConfigFile, PolicyConfig, environment, file, json};

/// Everything a configuration is made of. Secrets are not among it, only the names of set variables.
pub struct Sources<'a> {
    /// The configuration file, if there is one.
    pub file: Option<FileSource<'a>>,
    /// The options of the plugin entry, if there are any; JSON.
    pub options: Option<&'a str>,
    /// The variables of the pack that are set and are no secrets. Others are ignored.
    pub env: &'a Sorted<String, String>,
    /// The names of all variables that are set.
    pub env_names: &'a EnvNames,
}

/// A configuration file as it was found.
pub struct FileSource<'a> {
    /// Its path as a person knows it; every message about the file begins with it.
    pub path: &'a str,
    /// Its text, or why it could not be read.
    pub text: Result<&'a str, &'a str>,
}

/// A configuration that can be used, and what was wrong with what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// Complete and checked, whatever the sources were.
    pub config: Config,
    /// In the order of the sources, by line within the file; empty when all is well.
    pub problems: Vec<Problem>,
}

/// Reads the sources, each over the ones before it: objects key by key, lists as a whole.
///
/// Never fails: a section that is wrong in one source is taken from the sources below it, and a file that
/// cannot be read is left out. Only for the policy there is no falling back: it is then
/// [`PolicyConfig::Broken`]. A bad environment variable is ignored alone.
pub fn load(sources: &Sources) -> Loaded {
    let mut loading = Loading::new(sources.env_names);
    if let Some(file) = &sources.file {
        loading.take_file(file);
    }
    if let Some(options) = sources.options {
        loading.take_options(options);
    }
    let routing = loading.take_environment(sources.env);
    loading.note_misspelt();
    loading.finish(routing)
}

/// A part of a source that stands or falls as a whole: a section of a file, or one environment variable.
#[derive(Clone)]
pub(super) struct Piece {
    /// The key at the top of the configuration.
    pub top: String,
    pub node: Node,
}

/// What a message calls the source.
#[derive(Clone, Copy)]
enum Source<'a> {
    File(&'a str),
    Options,
    Environment,
}

struct Loading<'a> {
    env_names: &'a EnvNames,
    /// What is loaded so far, without any mistake: as a tree, and as the value it makes.
    tree: Node,
    value: ConfigFile,
    problems: Problems,
    policy_broken: Option<String>,
}

impl<'a> Loading<'a> {
    fn new(env_names: &'a EnvNames) -> Self {
        Self {
            env_names,
            tree: Node::new(Origin::Default, Value::Object(Sorted::NEW)),
            value: ConfigFile::default(),
            problems: Problems::default(),
            policy_broken: None,
        }
    }

    fn take_file(&mut self, file: &FileSource) {
        let source = Source::File(file.path);
        let mut findings = Findings::default();
        let parsed = match file.text {
            Ok(text) => file::parse(text, &mut findings),
            Err(why) => {
                let message = format!("cannot be read: {}", cut(why, QUOTED_BYTES_MAX));
                Err(json::Unreadable { line: None, message })
            }
        };
        match parsed {
            Ok(node) => self.take(source, pieces(node), findings),
            Err(why) => {
                let origin = why.line.map_or(Origin::Default, Origin::Line);
                findings.note(&Path::Root, origin, &|| why.message.clone());
                self.report(source, findings);
            }
        }
    }

    fn take_options(&mut self, options: &str) {
        let mut findings = Findings::default();
        let message = match json::parse(options, |_| Origin::Options, &mut findings) {
            Ok(Some(node)) if matches!(node.value, Value::Object(_)) => {
                return self.take(Source::Options, pieces(node), findings);
            }
            Ok(_) => "the configuration must be an object: { … }".to_owned(),
            Err(why) => why.message,
        };
        findings.note(&Path::Root, Origin::Options, &|| message.clone());
        self.report(Source::Options, findings);
    }

    fn take_environment(&mut self, env: &Sorted<String, String>) -> Routing {
        let mut findings = Findings::default();
        let pieces = environment::pieces(env, &mut findings);
        let routing = environment::routing(env, &mut findings);
        self.take(Source::Environment, pieces, findings);
        routing
    }

    /// Lays the pieces over what is loaded so far. Pieces with mistakes are left out.
    fn take(&mut self, source: Source, mut pieces: Vec<Piece>, findings: Findings) {
        let tree = self.over(&pieces);
        let (value, findings) = self.read(&tree, findings);
        if findings.is_empty() {
            (self.tree, self.value) = (tree, value);
        } else {
            pieces.retain(|piece| !findings.costs(&piece.top, piece.node.origin));
            // The rest was right beside the mistakes; it is read again without them.
            let tree = self.over(&pieces);
            let (value, left) = self.read(&tree, Findings::default());
            if left.is_empty() {
                (self.tree, self.value) = (tree, value);
            }
        }
        self.report(source, findings);
    }

    /// Reads the tree, and adds its mistakes to the findings.
    fn read(&self, tree: &Node, findings: Findings) -> (ConfigFile, Findings) {
        let allows = tree.get("callbacks").and_then(|callbacks| callbacks.get("allow_private_networks"));
        let allows_private_networks = allows.is_some_and(|allows| matches!(allows.value, Value::Bool(true)));
        let reading = Reading { findings: RefCell::new(findings), env_names: self.env_names, allows_private_networks };
        let mut value = ConfigFile::default();
        Reader::root(tree, &reading).object(&mut value);
        (value, reading.findings.into_inner())
    }

    fn over(&self, pieces: &[Piece]) -> Node {
        let mut tree = self.tree.clone();
        for Piece { top, node } in pieces {
            tree.merge(Node::object(Origin::Default, top.clone(), node.clone()));
        }
        tree
    }

    fn report(&mut self, source: Source, findings: Findings) {
        for finding in findings.listed {
            let costs_policy = finding.top.as_ref().is_none_or(|top| is_similar(top, "policy"));
            let problem = problem(source, finding);
            if costs_policy && self.policy_broken.is_none() {
                self.policy_broken = Some(problem.to_string());
            }
            self.problems.push(problem);
        }
        self.problems.count(findings.more);
    }

    /// A variable of our prefix that nobody reads is most likely a slip, and would be a switch that does nothing.
    fn note_misspelt(&mut self) {
        for (name, near) in environment::misspelt(self.env_names) {
            self.problems.push(Problem {
                section: Section::Environment,
                place: format!("environment: {name}"),
                message: format!("unknown variable; did you mean \"{near}\"?"),
            });
        }
    }

    fn finish(self, routing: Routing) -> Loaded {
        let mut config = Config::from_parts(self.value, routing);
        config.callbacks.take_defaults(self.env_names);
        if let Some(why) = self.policy_broken {
            config.policy = PolicyConfig::Broken { why };
        }
        Loaded { config, problems: self.problems.into_list() }
    }
}

/// The sections of an object. What is no object was refused when its text was read.
fn pieces(node: Node) -> Vec<Piece> {
    let Value::Object(entries) = node.value else {
        return Vec::new();
    };
    entries.into_iter().map(|(top, node)| Piece { top, node }).collect()
}

fn problem(source: Source, finding: Finding) -> Problem {
    let whole = match source {
        Source::File(_) => Section::File,
        Source::Options => Section::Options,
        Source::Environment => Section::Environment,
    };
    let section = finding.top.as_deref().and_then(Section::of_key).unwrap_or(whole);
    let begin = match (source, finding.origin) {
        (_, Origin::Variable(name)) => format!("environment: {name}"),
        (Source::File(path), Origin::Line(line)) => format!("{path}:{line}"),
        (Source::File(path), Origin::Options | Origin::Default) => path.to_owned(),
        (Source::Options, Origin::Line(_) | Origin::Options | Origin::Default) => "plugin options".to_owned(),
        (Source::Environment, Origin::Line(_) | Origin::Options | Origin::Default) => "environment".to_owned(),
    };
    let is_variable = matches!(finding.origin, Origin::Variable(_));
    let place = if finding.path.is_empty() || is_variable { begin } else { format!("{begin}: {}", finding.path) };
    Problem { section, place, message: finding.message }
}
