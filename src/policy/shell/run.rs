//! A walk over a script: every branch, every body, with what is known of variables at each point.

use std::rc::Rc;

use super::expand::{size, weight};
use super::fields::Fields;
use super::reader::Reader;
use super::tree::{Chain, Command, Link, List, Node, Part, Pipeline, Raw};
use super::vars::{ARGS, CWD, Change, STDIN, Value, Vars};
use super::{Budget, Cwd, Doubt, Given, Position, Redirect, RedirectKind, Script, Simple, Stdin, Word};

/// What a substitution prints, so far.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Output {
    Known(String),
    Unknown,
}

/// What surrounds a command.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub position: Position,
    /// The pipeline of which it is a stage.
    pub pipeline: Option<u32>,
    pub stdin: Stdin,
    /// Whether it surely runs, once, where the substitution around it does.
    pub is_sure: bool,
    /// Whether a function that is defined here is defined from here on, whatever happens.
    pub is_definite: bool,
}

/// A function that was defined.
pub(super) struct Function {
    pub name: String,
    pub body: Rc<Command>,
    /// How many calls of it are being read.
    pub active: usize,
    pub was_called: bool,
    /// It may be defined, or another of its name may be.
    pub is_conditional: bool,
}

/// The walk.
pub(super) struct Run<'a, 'b> {
    pub given: &'a Given<'a>,
    pub budget: &'b mut Budget,
    pub script: Script,
    pub vars: Vars,
    pub functions: Vec<Function>,
    pub aliases: Vec<(String, String)>,
    /// Commands of `trap`.
    pub traps: Vec<String>,
    pub around: Around,
    /// Redirects of the compound commands around.
    pub redirects: Vec<Redirect>,
    /// What is printed, where that is wanted.
    pub output: Option<Output>,
    /// How often a loop or function was left early.
    pub jumps: usize,
    /// What the local variables of the functions around were before.
    pub locals: Vec<Change>,
    /// Into how many bodies the loops around were unrolled.
    pub copies: usize,
    pipelines: u32,
    /// A bound was met; nothing more is read.
    pub is_over: bool,
}

/// Bodies that loops over known words become.
const COPIES_MOST: usize = 64;

impl<'a, 'b> Run<'a, 'b> {
    pub fn new(given: &'a Given<'a>, budget: &'b mut Budget) -> Self {
        let mut run = Self {
            given,
            budget,
            script: Script::default(),
            vars: Vars::default(),
            functions: Vec::new(),
            aliases: Vec::new(),
            traps: Vec::new(),
            around: Around { is_sure: true, is_definite: true, ..Around::default() },
            redirects: Vec::new(),
            output: None,
            jumps: 0,
            locals: Vec::new(),
            copies: 1,
            pipelines: 0,
            is_over: false,
        };
        for (name, text) in [("HOME", given.home), ("USER", given.user), ("LOGNAME", given.user), ("PWD", given.cwd)] {
            run.vars.set(name, Value::text(text));
        }
        run.vars.set("IFS", Value::text(" \t\n"));
        // Its number is not known, and all that counts is whose it is.
        run.vars.set("PPID", Value::text("PPID"));
        for (name, word) in given.vars {
            run.vars.set(name, Value::Scalar(word.clone()));
        }
        let mut args = Vec::new();
        while let Some(word) = run.vars.get(&(args.len() + 1).to_string()).scalar() {
            args.push(((args.len() + 1).to_string(), word.clone()));
        }
        if !args.is_empty() {
            run.vars.set(ARGS, Value::List(args));
        }
        run
    }

    /// What surrounds this point, to be restored. Out of line: it is needed in ten places.
    #[inline(never)]
    pub fn save(&self) -> Around {
        self.around.clone()
    }

    #[inline(never)]
    pub fn restore(&mut self, around: Around) {
        self.around = around;
    }

    /// Reads all of a script.
    pub fn script(mut self, source: &str) -> Script {
        self.code(source);
        self.afterwards();
        if self.is_over {
            self.doubt(Doubt::Bounds);
        }
        self.script
    }

    /// Functions that nobody called may be called from elsewhere; traps run at the end.
    fn afterwards(&mut self) {
        self.around.position.is_conditional = true;
        for text in std::mem::take(&mut self.traps) {
            self.code(&text);
        }
        self.vars.set(ARGS, Value::Unknown(Doubt::Parameter));
        let mut index = 0;
        while let Some(function) = self.functions.get(index) {
            if !function.was_called {
                let body = Rc::clone(&function.body);
                self.enter(index, &body);
            }
            index += 1;
        }
    }

    /// Runs the body of a function.
    pub fn enter(&mut self, index: usize, body: &Command) {
        if let Some(function) = self.functions.get_mut(index) {
            function.was_called = true;
            function.active += 1;
        }
        let outer = self.save();
        self.around.position.in_function = true;
        self.around.pipeline = None;
        self.locals.push(Change::new());
        let (mark, jumps) = (self.vars.mark(), self.jumps);
        self.command(body);
        if self.jumps != jumps {
            self.vars.perhaps(mark);
        }
        for (name, value) in self.locals.pop().unwrap_or_default().into_iter().rev() {
            self.vars.set(&name, value);
        }
        self.restore(outer);
        if let Some(function) = self.functions.get_mut(index) {
            function.active -= 1;
        }
    }

    /// Reads a text as code, here.
    pub fn code(&mut self, source: &str) {
        let mut most = source.len().min(self.budget.bytes);
        while !source.is_char_boundary(most) {
            most -= 1;
        }
        if most < source.len() {
            self.doubt(Doubt::Bounds);
        }
        self.budget.bytes -= most;
        let mut reader = Reader::new(source.get(..most).unwrap_or_default(), self.budget);
        let list = reader.script();
        reader.documents();
        let (is_bad, is_stopped) = (reader.is_bad, reader.is_stopped);
        if is_bad && !is_stopped {
            self.doubt(Doubt::Syntax);
        }
        // What was read before the bound is still looked at.
        if is_stopped {
            self.doubt(Doubt::Bounds);
        }
        self.list(&list);
    }

    pub fn doubt(&mut self, doubt: Doubt) {
        if !self.script.doubts.contains(&doubt) {
            self.script.doubts.push(doubt);
        }
    }

    pub fn step(&mut self, steps: usize) {
        self.is_over |= !self.budget.spend(steps);
    }

    pub fn list(&mut self, list: &List) {
        for chain in list {
            if self.is_over {
                return;
            }
            self.chain(chain);
        }
    }

    /// A list whose variables are its own.
    pub fn subshell(&mut self, list: &List) {
        let mark = self.vars.mark();
        let outer = std::mem::replace(&mut self.around.is_definite, false);
        self.list(list);
        self.around.is_definite = outer;
        self.vars.undo(mark);
    }

    /// A list that may not run; what it changed.
    #[inline(never)]
    fn branch(&mut self, list: &List) -> Change {
        self.step(16);
        let outer = self.save();
        self.around.position.is_conditional = true;
        self.around.is_sure = false;
        let mark = self.vars.mark();
        self.list(list);
        self.restore(outer);
        let change = self.vars.take(mark);
        // After one that leaves nothing follows.
        if list.last().is_some_and(leaves) { Change::new() } else { change }
    }

    /// A list that may not run, and what is known after it.
    #[inline(never)]
    fn maybe(&mut self, list: &List) {
        let change = self.branch(list);
        self.vars.join(vec![change, Change::new()]);
    }

    fn chain(&mut self, chain: &Chain) {
        let outer = self.save();
        let start = self.vars.mark();
        self.around.position.is_background |= chain.is_background;
        // What stands before `&&` may fail, whatever it is.
        self.around.is_definite &= !chain.is_background && chain.pipelines.len() == 1;
        // Since when nobody knows whether we are here.
        let mut open: Option<usize> = None;
        let mut is_sure = true;
        let mut folder = Value::Outside;
        for pipeline in &chain.pipelines {
            let before = std::mem::replace(&mut folder, self.vars.get(CWD).clone());
            match pipeline.link {
                Link::Always => self.pipeline(pipeline),
                Link::And => {
                    if !is_sure && open.is_none() {
                        open = Some(self.vars.mark());
                        self.around.is_sure = false;
                    }
                    self.pipeline(pipeline);
                }
                Link::Or => {
                    self.settle(open.take());
                    self.otherwise(pipeline, before);
                }
            }
            is_sure = is_sure && pipeline.link != Link::Or && succeeds(pipeline);
        }
        self.settle(open);
        self.restore(outer);
        if chain.is_background {
            self.vars.undo(start);
        }
    }

    fn settle(&mut self, open: Option<usize>) {
        if let Some(mark) = open {
            self.vars.perhaps(mark);
        }
    }

    /// What stands behind `||`, with the folder as it was before what failed.
    fn otherwise(&mut self, pipeline: &Pipeline, folder: Value) {
        self.around.position.is_conditional = true;
        self.around.is_sure = false;
        let mark = self.vars.mark();
        if folder != *self.vars.get(CWD) {
            self.vars.set(CWD, folder);
        }
        self.pipeline(pipeline);
        let change = self.vars.take(mark);
        if !leaves_pipeline(pipeline) {
            self.vars.join(vec![change, Change::new()]);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.step(4);
        if let [only] = pipeline.stages.as_slice() {
            return self.command(only);
        }
        let outer = self.save();
        let number = self.next_pipeline();
        for (index, stage) in pipeline.stages.iter().enumerate() {
            self.around.pipeline = Some(number);
            self.around.is_sure = false;
            self.around.is_definite = false;
            let mark = self.vars.mark();
            let first = self.script.commands.len();
            self.command(stage);
            let change = self.vars.take(mark);
            // Some shells run the last stage themselves.
            if index + 1 == pipeline.stages.len() {
                self.vars.join(vec![change, Change::new()]);
            }
            self.around.stdin = match self.script.commands.len() {
                after if after > first => Stdin::Pipe(after - 1),
                _ => Stdin::Text(Word::unknown(Doubt::Input)),
            };
        }
        self.restore(outer);
    }

    fn next_pipeline(&mut self) -> u32 {
        self.pipelines += 1;
        self.pipelines
    }

    pub fn command(&mut self, command: &Command) {
        self.step(4);
        if !self.budget.enter() {
            return self.doubt(Doubt::Bounds);
        }
        if let Node::Simple { assigns, words } = &command.node {
            self.simple(assigns, words, &command.redirects);
        } else {
            self.compound(command);
        }
        self.budget.leave();
    }

    fn compound(&mut self, command: &Command) {
        let outer = self.save();
        let around = self.redirects.len();
        let first = self.script.commands.len();
        let redirected = self.redirected(&command.redirects);
        let has_any = !redirected.files.is_empty();
        self.redirects.extend(redirected.files);
        if let Some(stdin) = redirected.stdin {
            self.around.stdin = stdin;
        }
        self.node(&command.node);
        if has_any && self.script.commands.len() == first {
            self.emit(Vec::new(), Vec::new(), Vec::new(), self.around.stdin.clone());
        }
        if redirected.is_output_elsewhere && self.output.is_some() {
            self.output = Some(Output::Unknown);
        }
        self.redirects.truncate(around);
        self.restore(outer);
    }

    fn node(&mut self, node: &Node) {
        let is_definition = matches!(node, Node::Function { .. });
        if !is_definition {
            self.around.pipeline = None;
        }
        match node {
            Node::Simple { .. } => {}
            Node::Group(list) => self.list(list),
            Node::Subshell(list) => self.subshell(list),
            Node::If { arms, otherwise } => self.branches(arms, otherwise),
            Node::While { condition, body } => self.passes(None, condition, body),
            Node::For { name, words, is_select, body } => self.over(name, words.as_deref(), *is_select, body),
            Node::Count { terms, body } => {
                let mut terms = terms.iter();
                if let Some(first) = terms.next() {
                    _ = self.arithmetic(first);
                }
                // The second pass sees what the third term made of the variables.
                let rest: Vec<&Raw> = terms.collect();
                self.counted(&rest, body);
            }
            Node::Case { subject, arms } => {
                self.single(subject);
                let mut branches = vec![Change::new()];
                for arm in arms {
                    for pattern in &arm.patterns {
                        self.single(pattern);
                    }
                    if arm.falls_through {
                        self.maybe(&arm.list);
                    } else {
                        branches.push(self.branch(&arm.list));
                    }
                }
                self.vars.join(branches);
            }
            Node::Function { name, body } => self.functions.push(Function {
                name: name.clone(),
                body: Rc::clone(body),
                active: 0,
                was_called: false,
                is_conditional: self.around.position.is_conditional || !self.around.is_definite,
            }),
            Node::Test(words) => {
                for word in words {
                    let word = self.single(word);
                    if let Some(text) = word.known() {
                        self.check_index(&text);
                    }
                }
            }
            Node::Arithmetic(text) => _ = self.arithmetic(text),
            Node::Coproc { name, body } => {
                let mark = self.vars.mark();
                self.around.position.is_background = true;
                self.around.stdin = Stdin::Text(Word::unknown(Doubt::Input));
                self.command(body);
                self.vars.undo(mark);
                self.set(name, Value::Unknown(Doubt::Input));
            }
        }
    }

    fn branches(&mut self, arms: &[(List, List)], otherwise: &List) {
        let mut branches = Vec::new();
        for (index, (condition, list)) in arms.iter().enumerate() {
            if index == 0 {
                let outer = std::mem::replace(&mut self.around.is_sure, false);
                self.list(condition);
                self.around.is_sure = outer;
            } else {
                self.maybe(condition);
            }
            branches.push(self.branch(list));
        }
        branches.push(self.branch(otherwise));
        self.vars.join(branches);
    }

    /// A loop of which nobody knows how often it runs: once as it begins, and once as it goes on.
    fn passes(&mut self, value: Option<(&str, &Value)>, condition: &List, body: &List) {
        let first = self.script.commands.len();
        let mut second = first;
        for _ in 0..2 {
            second = second.max(self.script.commands.len());
            self.step(96);
            if self.is_over {
                return;
            }
            let mark = self.vars.mark();
            if let Some((name, value)) = value {
                self.set(name, value.clone());
            }
            let own = self.vars.mark();
            // Before the body the condition surely ran.
            let outer = self.save();
            self.around.position.is_conditional = true;
            self.around.is_sure = false;
            self.list(condition);
            self.restore(outer);
            self.maybe(body);
            let is_changed = self.vars.is_changed(own);
            self.vars.perhaps(mark);
            if !is_changed {
                return;
            }
        }
        self.forget_same(first, second);
    }

    /// Of two turns that are the same, one is enough.
    fn forget_same(&mut self, first: usize, second: usize) {
        let shift = second - first;
        let commands = &mut self.script.commands;
        let (once, again) = (commands.get(first..second), commands.get(second..));
        let is_same = |(one, other): (&Simple, &Simple)| {
            let is_fed_same = match (&one.stdin, &other.stdin) {
                (Stdin::Pipe(one), Stdin::Pipe(other)) => *other == one + if *other >= second { shift } else { 0 },
                (one, other) => one == other,
            };
            is_fed_same
                && (&one.words, &one.env, &one.redirects, &one.cwd)
                    == (&other.words, &other.env, &other.redirects, &other.cwd)
        };
        if let (Some(once), Some(again)) = (once, again)
            && once.len() == again.len()
            && once.iter().zip(again).all(is_same)
        {
            commands.truncate(second);
        }
    }

    fn counted(&mut self, terms: &[&Raw], body: &List) {
        for _ in 0..2 {
            let mark = self.vars.mark();
            if let Some(condition) = terms.first() {
                _ = self.arithmetic(condition);
            }
            self.maybe(body);
            if let Some(step) = terms.get(1) {
                _ = self.arithmetic(step);
            }
            let change = self.vars.take(mark);
            let is_changed = !change.is_empty();
            self.vars.join(vec![change, Change::new()]);
            if !is_changed {
                break;
            }
        }
    }

    fn over(&mut self, name: &str, words: Option<&[Raw]>, is_select: bool, body: &List) {
        let mut out = Fields::default();
        let every = [Raw::from([Part::Param(Box::new(super::tree::Param {
            name: ARGS.to_owned(),
            is_quoted: true,
            ..Default::default()
        }))])];
        for word in words.unwrap_or(&every) {
            self.fields(word, &mut out);
        }
        let words = out.into_words();
        let count = words.len().max(1);
        if is_select || words.is_empty() || count * self.copies > COPIES_MOST {
            return self.passes(Some((name, &Value::Unknown(Doubt::Input))), &List::new(), body);
        }
        let copies = self.copies;
        self.copies *= count;
        let jumps = self.jumps;
        for word in words {
            self.step(48 + 2 * weight(&word));
            if self.is_over {
                break;
            }
            let is_one = word.pieces.iter().all(|piece| matches!(piece, super::Piece::Text(_)));
            let value = match word.doubt() {
                Some(doubt) if word.pieces.iter().any(is_many) => Value::Unknown(doubt),
                _ => Value::Scalar(word),
            };
            if is_one && self.jumps == jumps {
                self.set(name, value);
                let outer = self.save();
                self.around.position.is_conditional = true;
                self.list(body);
                self.restore(outer);
            } else {
                self.passes(Some((name, &value)), &List::new(), body);
            }
        }
        if self.jumps != jumps {
            // Nobody knows after which of the words it was left: what the last one made is one of several.
            self.set(name, Value::Unknown(Doubt::Variable));
        }
        self.copies = copies;
    }

    /// A command that could run. Its index.
    pub fn emit(&mut self, words: Vec<Word>, env: Vec<(String, Word)>, own: Vec<Redirect>, stdin: Stdin) {
        let mut redirects = self.redirects.clone();
        redirects.extend(own);
        // `2>&1` alone, or a variable that is empty: nothing is run.
        if words.is_empty() && env.is_empty() && redirects.is_empty() {
            return;
        }
        let texts = words
            .iter()
            .chain(redirects.iter().map(|redirect| &redirect.target))
            .chain(env.iter().map(|(_, word)| word));
        let count = words.len() + redirects.len() + env.len();
        let stdin_size = match &stdin {
            Stdin::Text(word) | Stdin::File(word) => size(word),
            Stdin::Inherited | Stdin::Pipe(_) => 0,
        };
        let steps = 32 + count * 8 + stdin_size + texts.map(size).sum::<usize>();
        self.step(steps);
        let budget = &mut *self.budget;
        match (budget.commands.checked_sub(1), budget.words.checked_sub(count)) {
            (Some(commands), Some(words)) => (budget.commands, budget.words) = (commands, words),
            _ => self.is_over = true,
        }
        if self.is_over {
            return;
        }
        let mut position = self.around.position;
        position.pipeline = match self.around.pipeline {
            Some(number) => number,
            None => self.next_pipeline(),
        };
        self.script.commands.push(Simple { words, env, redirects, stdin, cwd: self.cwd(), position });
        // What stands around several commands is opened once: the next one writes behind this one.
        for redirect in self.redirects.iter_mut().filter(|redirect| redirect.kind == RedirectKind::Write) {
            redirect.kind = RedirectKind::Append;
        }
    }

    fn cwd(&self) -> Cwd {
        let folder = self.vars.get(CWD);
        if *folder == Value::Outside {
            return Cwd::Start;
        }
        folder.scalar().and_then(Word::known).map_or(Cwd::Unknown, |text| Cwd::At(text.into_owned()))
    }

    /// Where standard input comes from for a command without a redirect of it.
    pub fn stdin(&self) -> Stdin {
        match self.vars.get(STDIN) {
            Value::List(items) if self.around.stdin == Stdin::Inherited => match items.first() {
                Some((kind, word)) if kind == "file" => Stdin::File(word.clone()),
                Some((_, word)) => Stdin::Text(word.clone()),
                None => Stdin::Inherited,
            },
            Value::Unknown(doubt) => Stdin::Text(Word::unknown(*doubt)),
            Value::Outside | Value::Unset | Value::Scalar(_) | Value::List(_) | Value::Alias(_) | Value::Fickle => {
                self.around.stdin.clone()
            }
        }
    }
}

fn is_many(piece: &super::Piece) -> bool {
    matches!(piece, super::Piece::Unknown { is_quoted: false, .. })
}

/// Whether nothing follows it: it ends the script, the function or the turn of the loop.
fn leaves(chain: &Chain) -> bool {
    chain.pipelines.len() == 1 && !chain.is_background && chain.pipelines.iter().all(leaves_pipeline)
}

fn leaves_pipeline(pipeline: &Pipeline) -> bool {
    match pipeline.stages.as_slice() {
        [Command { node: Node::Simple { words, .. }, .. }] => {
            matches!(first(words), Some("exit" | "return" | "break" | "continue"))
        }
        [Command { node: Node::Group(list), .. }] => list.last().is_some_and(leaves),
        _ => false,
    }
}

/// Whether it is taken to succeed: then what follows `&&` runs.
fn succeeds(pipeline: &Pipeline) -> bool {
    match pipeline.stages.as_slice() {
        [Command { node: Node::Simple { words, .. }, .. }] if !pipeline.is_negated => match first(words) {
            Some(name) => SUCCEED.contains(&name),
            None => words.is_empty(),
        },
        _ => false,
    }
}

/// Commands that fail only where something is wrong already.
const SUCCEED: [&str; 14] = [
    "cd", "pushd", "popd", "mkdir", "echo", "printf", "true", ":", "export", "set", "shopt", "umask", "local",
    "declare",
];

fn first(words: &[Raw]) -> Option<&str> {
    match words.first()?.as_slice() {
        [Part::Text(text)] => Some(text),
        _ => None,
    }
}
