//! What builtin commands change: variables, the folder, parameters, aliases, traps; and code given as text.

use super::expand::weight;
use super::reader::is_variable;
use super::run::Run;
use super::vars::{ARGS, CWD, SOURCED, STACK, Value};
use super::{Doubt, Stdin, Word, output};

/// What `declare` and its kin were given: names, whether they are appended to, and values.
type Declared = Vec<(String, bool, Value)>;

impl Run<'_, '_> {
    /// What a command changes.
    pub fn effect(&mut self, words: &[Word], values: Declared) {
        let mut words = words;
        // `command cd` and `builtin cd` are `cd`.
        while let Some(("command" | "builtin", rest)) =
            words.split_first().and_then(|(name, rest)| Some((name.pieces_text()?, rest)))
        {
            words = rest;
            while words.first().and_then(Word::pieces_text).is_some_and(|text| text == "-p" || text == "--") {
                words = words.get(1..).unwrap_or_default();
            }
        }
        let Some((name, args)) = words.split_first() else { return };
        let Some(name) = name.pieces_text() else { return };
        match name {
            "cd" | "chdir" => self.cd(args),
            "pushd" => self.pushd(args),
            "popd" => self.popd(),
            "export" | "readonly" | "declare" | "typeset" | "local" => self.declare(name, args, values),
            "unset" => {
                self.named(args, &Value::Unset);
                // A function that is gone is a command again.
                self.functions.iter_mut().for_each(|function| function.is_conditional = true);
            }
            "source" | "." => self.forget(),
            "read" => {
                let listed = match self.stdin() {
                    Stdin::Pipe(at) => self.script.commands.get(at).and_then(|from| output::listed_by(&from.words)),
                    Stdin::Inherited | Stdin::Text(_) | Stdin::File(_) => None,
                };
                self.named(args, &listed.map_or(Value::Unknown(Doubt::Input), Value::Scalar));
                self.set("REPLY", Value::Unknown(Doubt::Input));
            }
            "mapfile" | "readarray" => {
                self.named(args, &Value::Unknown(Doubt::Input));
                self.set("MAPFILE", Value::Unknown(Doubt::Input));
            }
            "getopts" => {
                self.named(args, &Value::Unknown(Doubt::Parameter));
                self.set("OPTARG", Value::Unknown(Doubt::Parameter));
            }
            "printf" => self.printf(args),
            "let" => {
                for arg in args {
                    match arg.known() {
                        Some(text) => _ = self.number(&text),
                        None => self.doubt(Doubt::Arithmetic),
                    }
                }
            }
            "eval" => self.eval(args),
            "alias" => self.alias(args),
            "trap" => self.trap(args),
            "set" => self.parameters(args),
            "shift" => self.shift(args),
            "break" | "continue" | "return" | "exit" => self.jumps += 1,
            _ => {}
        }
    }

    /// Sets every argument that is a name.
    fn named(&mut self, args: &[Word], value: &Value) {
        for arg in args {
            if arg.doubt().is_some() {
                self.forget();
            }
            if let Some(text) = arg.known() {
                self.check_index(&text);
                let name = text.split_once('[').map_or(text.as_ref(), |(name, _)| name);
                let is_element = name.len() < text.len();
                let value = if is_element { Value::Unknown(Doubt::Variable) } else { value.clone() };
                self.set(name, value);
            }
        }
    }

    /// Something may have set any variable: `export $(…)`, `source`, `eval` of something unknown.
    fn forget(&mut self) {
        self.vars.set(SOURCED, Value::Unset);
        for name in self.vars.names() {
            if is_variable(&name) && !["HOME", "USER", "LOGNAME", "PWD", "IFS"].contains(&name.as_str()) {
                self.step(8);
                self.vars.set(&name, Value::Unknown(Doubt::Variable));
            }
        }
    }

    fn cd(&mut self, args: &[Word]) {
        let target =
            args.iter().find(|arg| !arg.pieces_text().is_some_and(|text| matches!(text, "--" | "-P" | "-L" | "-e")));
        let target = match target {
            None => self.variable("HOME"),
            Some(word) if word.pieces_text() == Some("-") => self.variable("OLDPWD"),
            Some(word) => word.clone(),
        };
        self.enter_folder(&target);
    }

    fn enter_folder(&mut self, target: &Word) {
        let before = self.folder();
        let is_searched = !matches!(self.vars.get("CDPATH"), Value::Outside | Value::Unset);
        let after = match (target.known(), before.known()) {
            (Some(target), _) if target.starts_with('/') => Some(normal(&target)),
            (Some(target), Some(before)) if !is_searched => Some(normal(&[&before, "/", &target].concat())),
            _ => None,
        };
        let value = after.map_or(Value::Unknown(target.doubt().unwrap_or(Doubt::Variable)), |path| Value::text(&path));
        self.step(4 * (weight(target) + weight(&before)));
        self.vars.set(CWD, value.clone());
        self.vars.set("PWD", value);
        self.vars.set("OLDPWD", Value::Scalar(before));
    }

    fn stack(&self) -> Option<Vec<(String, Word)>> {
        let stack = self.vars.get(STACK);
        if *stack == Value::Outside { Some(Vec::new()) } else { stack.list().cloned() }
    }

    fn pushd(&mut self, args: &[Word]) {
        /// Folders that are kept; nobody goes deeper.
        const FOLDERS_MOST: usize = 16;
        let target = args.iter().find(|arg| arg.pieces_text() != Some("--"));
        let folder = self.folder();
        match (target, self.stack()) {
            (Some(target), Some(mut stack))
                if stack.len() < FOLDERS_MOST && !target.prefix().starts_with(['+', '-']) =>
            {
                stack.push((String::new(), folder));
                self.vars.set(STACK, Value::List(stack));
                self.enter_folder(target);
            }
            _ => self.lose_folder(),
        }
    }

    fn popd(&mut self) {
        match self.stack().and_then(|mut stack| Some((stack.pop()?.1, stack))) {
            Some((folder, stack)) => {
                self.vars.set(STACK, Value::List(stack));
                self.enter_folder(&folder);
            }
            None => self.lose_folder(),
        }
    }

    fn lose_folder(&mut self) {
        for name in [STACK, CWD, "PWD"] {
            self.vars.set(name, Value::Unknown(Doubt::Variable));
        }
    }

    fn declare(&mut self, name: &str, args: &[Word], values: Declared) {
        let options: String =
            args.iter().filter_map(Word::pieces_text).filter(|text| text.starts_with(['-', '+'])).collect();
        // `-i`, `-u` and `-l` change whatever is assigned, now and later.
        let is_fickle = options.contains(['i', 'u', 'l', 'c']) && name != "export";
        let is_named = options.contains('A');
        let is_local = name == "local" || (name != "export" && name != "readonly" && !options.contains('g'));
        let is_alias = options.contains('n') && name != "export";
        let mut values = values.into_iter().peekable();
        for arg in args {
            if arg.prefix().starts_with(['-', '+']) {
                continue;
            }
            let text = arg.prefix();
            let end = text.find(['=', '+', '[']).unwrap_or(text.len());
            let (variable, behind) = text.split_at(end);
            if variable.is_empty() && arg.doubt().is_some() {
                self.forget();
            }
            if !is_variable(variable) || (behind.is_empty() && arg.pieces.len() > 1) {
                continue;
            }
            self.check_index(text);
            if let (true, Some(locals)) = (is_local, self.locals.last_mut())
                && !locals.iter().any(|(other, _)| other == variable)
            {
                locals.push((variable.to_owned(), self.vars.get(variable).clone()));
            }
            let parsed = values.next_if(|(other, _, _)| other == variable);
            let value = match parsed {
                _ if is_fickle => Value::Fickle,
                Some((_, _, Value::Scalar(word))) if is_alias => match word.known() {
                    Some(target) if is_variable(&target) => Value::Alias(target.into_owned()),
                    _ => Value::Fickle,
                },
                _ if is_alias => Value::Fickle,
                // Whether a key is a name or a number of its own could not be told later.
                None if is_named => Value::Fickle,
                Some((_, _, Value::List(items)))
                    if is_named && items.iter().all(|(key, _)| key.parse::<i64>().is_ok()) =>
                {
                    Value::Fickle
                }
                Some((_, true, Value::Scalar(word))) => self.appended(variable, word),
                Some((_, _, value)) => value,
                None if behind.starts_with('=') => Value::Unknown(Doubt::Variable),
                None if behind.is_empty() && is_local && !self.locals.is_empty() => Value::Unset,
                None if behind.is_empty() => continue,
                None => Value::Unknown(Doubt::Variable),
            };
            self.set(variable, value);
        }
    }

    fn printf(&mut self, args: &[Word]) {
        let [option, name, rest @ ..] = args else { return };
        let ("-v", Some(name)) = (option.pieces_text().unwrap_or_default(), name.known()) else { return };
        self.check_index(&name);
        let texts: Option<Vec<_>> = rest.iter().map(Word::known).collect();
        let value = texts.and_then(|texts| {
            let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            let (format, args) = texts.split_first()?;
            output::printf(format, args)
        });
        let is_whole = is_variable(&name);
        let value = value.filter(|_| is_whole).map_or(Value::Unknown(Doubt::Variable), |text| Value::text(&text));
        let name = name.split_once('[').map_or(name.as_ref(), |(name, _)| name);
        self.set(name, value);
    }

    /// Code as text. What is not known of it is in the words of the command.
    fn eval(&mut self, args: &[Word]) {
        let mut code = String::new();
        let mut has_text = false;
        for (index, arg) in args.iter().skip_while(|arg| arg.pieces_text() == Some("--")).enumerate() {
            if index > 0 {
                code.push(' ');
            }
            for piece in &arg.pieces {
                match piece {
                    super::Piece::Text(text) | super::Piece::Glob(text) => {
                        has_text |= !text.trim().is_empty();
                        code.push_str(text);
                    }
                    // Something that is no more known in there than here.
                    super::Piece::Unknown { .. } => code.push_str("$!"),
                }
            }
        }
        if args.iter().any(|arg| arg.doubt().is_some()) {
            self.forget();
        }
        if !has_text {
            return;
        }
        let was_doubted = self.script.doubts.contains(&Doubt::Syntax);
        self.inner(&code);
        // With a hole in it, it need not be a script; the hole is in the words of the command already.
        if !was_doubted && args.iter().any(|arg| arg.doubt().is_some()) {
            self.script.doubts.retain(|doubt| *doubt != Doubt::Syntax);
        }
    }

    /// Code inside of this, in the same shell.
    fn inner(&mut self, code: &str) {
        if !self.budget.enter() {
            return self.doubt(Doubt::Bounds);
        }
        let outer = self.save();
        self.around.pipeline = None;
        self.code(code);
        self.restore(outer);
        self.budget.leave();
    }

    fn alias(&mut self, args: &[Word]) {
        for arg in args {
            let prefix = arg.prefix();
            let Some((name, _)) = prefix.split_once('=') else { continue };
            match arg.known().as_deref().and_then(|text| text.split_once('=')) {
                Some((_, text)) => self.aliases.push((name.to_owned(), text.to_owned())),
                None => self.doubt(Doubt::Code),
            }
        }
    }

    fn trap(&mut self, args: &[Word]) {
        let args: Vec<&Word> = args.iter().skip_while(|arg| matches!(arg.pieces_text(), Some("--"))).collect();
        let [command, signals @ ..] = args.as_slice() else { return };
        let Some(text) = command.known() else { return };
        if signals.is_empty() || text == "-" || text.starts_with("-p") || text.starts_with("-l") {
            return;
        }
        // At the end of the script variables may be others than when a signal comes earlier.
        if !signals.iter().all(|signal| matches!(signal.pieces_text(), Some("EXIT" | "0"))) {
            let mark = self.vars.mark();
            let conditional = std::mem::replace(&mut self.around.position.is_conditional, true);
            self.inner(&text);
            self.around.position.is_conditional = conditional;
            self.vars.undo(mark);
        }
        self.traps.push(text.into_owned());
    }

    /// `set -- a b`
    fn parameters(&mut self, args: &[Word]) {
        let mut rest = args;
        while let Some((first, behind)) = rest.split_first() {
            match first.pieces_text() {
                Some("--") => {
                    rest = behind;
                    break;
                }
                Some("-o" | "+o") => rest = behind.get(1..).unwrap_or_default(),
                Some(text) if text.starts_with(['-', '+']) => rest = behind,
                Some(_) | None => break,
            }
            if rest.is_empty() {
                return;
            }
        }
        let is_open = rest.iter().any(Word::is_open);
        let items = rest.iter().enumerate().map(|(index, word)| ((index + 1).to_string(), word.clone())).collect();
        self.step(rest.iter().map(weight).sum());
        self.vars.set(ARGS, if is_open { Value::Unknown(Doubt::Parameter) } else { Value::List(items) });
    }

    fn shift(&mut self, args: &[Word]) {
        let count = args.first().map_or(Some(1), |arg| arg.known()?.parse::<usize>().ok());
        let items =
            self.vars.get(ARGS).list().zip(count).map(|(items, count)| items.get(count..).unwrap_or_default().to_vec());
        self.step(items.iter().flatten().map(|(_, word)| weight(word)).sum());
        let value = items.map_or(Value::Unknown(Doubt::Parameter), Value::List);
        self.vars.set(ARGS, value);
    }
}

impl Word {
    /// The text of a word that is wholly known, and not empty.
    pub(super) fn pieces_text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [super::Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it may be several words, or none.
    pub(super) fn is_open(&self) -> bool {
        let is_open = |piece: &super::Piece| match piece {
            super::Piece::Text(_) | super::Piece::Unknown { is_quoted: true, .. } => false,
            super::Piece::Glob(_) | super::Piece::Unknown { is_quoted: false, .. } => true,
        };
        self.pieces.iter().any(is_open)
    }
}

/// A path without `.`, `..` and doubled slashes.
fn normal(path: &str) -> String {
    let mut folders: Vec<&str> = Vec::new();
    for folder in path.split('/') {
        match folder {
            "" | "." => {}
            ".." => _ = folders.pop(),
            folder => folders.push(folder),
        }
    }
    ["/", &folders.join("/")].concat()
}
