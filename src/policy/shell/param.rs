//! Parameters with what is done to them.

use super::expand::weight;
use super::fields::Fields;
use super::run::Run;
use super::tree::{Param, Part, Raw};
use super::vars::{ARGS, SOURCED, Value};
use super::{Doubt, Word, escape, pattern};

/// What a parameter stands for.
struct Subject {
    words: Vec<Word>,
    /// `@` or `*`, of parameters or of an array: any number of words.
    list: Option<u8>,
    is_unset: bool,
}

impl Subject {
    fn one(word: Option<Word>) -> Self {
        Self { is_unset: word.is_none(), words: vec![word.unwrap_or_default()], list: None }
    }
}

impl Run<'_, '_> {
    /// Adds what a parameter stands for.
    pub fn param(&mut self, param: &Param, out: &mut Fields) {
        self.step(24);
        let mut subject = self.subject(&param.name, param.index.as_ref());
        match param.prefix {
            b'#' => subject = length(&subject),
            b'!' => subject = self.indirect(param, subject),
            _ => {}
        }
        match param.operator {
            0 => {}
            b'-' | b'=' | b'?' | b'+' => return self.alternative(param, &subject, out),
            b':' => self.slice(param, &mut subject),
            b'B' => {
                self.single(&param.other);
                subject = Subject::one(Some(Word::unknown(Doubt::Syntax)));
            }
            _ => self.each(param, &mut subject),
        }
        self.add(&subject, param.is_quoted, out);
    }

    fn add(&mut self, subject: &Subject, is_quoted: bool, out: &mut Fields) {
        let Some(kind) = subject.list else {
            for word in &subject.words {
                self.value(word, is_quoted, out);
            }
            return;
        };
        // `"$*"` is one word; so is everything where one word is wanted.
        let joint = match kind {
            b'*' if is_quoted => self.separators().map(|separators| separators.chars().take(1).collect()),
            _ => Some(String::from(" ")),
        };
        let is_joined = out.is_single() || (is_quoted && kind == b'*');
        if is_joined && is_quoted {
            out.text("");
        }
        for (index, word) in subject.words.iter().enumerate() {
            match &joint {
                _ if index == 0 => {}
                Some(joint) if is_joined => out.text(joint),
                None if is_joined => out.unknown(Doubt::Variable, true),
                Some(_) | None => out.finish(),
            }
            // An unknown list may be any number of words, whatever its quotes.
            let is_many = word.doubt().is_some() && !is_joined && kind == b'@' && subject.words.len() == 1;
            match word.doubt() {
                Some(doubt) if is_many && word.prefix().is_empty() => out.unknown(doubt, false),
                _ => self.value(word, is_quoted, out),
            }
        }
    }

    fn subject(&mut self, name: &str, index: Option<&Raw>) -> Subject {
        if let ("@" | "*", None) = (name, index) {
            return self.every(ARGS, name.as_bytes().first().copied(), Doubt::Parameter);
        }
        if let Some([Part::Text(text)]) = index.map(Vec::as_slice)
            && let "@" | "*" = text.as_str()
        {
            let name = self.resolve(name);
            return self.every(&name, text.as_bytes().first().copied(), Doubt::Variable);
        }
        if let Some(index) = index {
            return Subject::one(self.element(name, index));
        }
        Subject::one(match name {
            "#" => {
                let count = self.vars.get(ARGS).list().map(|items| Word::text(&items.len().to_string()));
                Some(count.unwrap_or_else(|| Word::unknown(Doubt::Parameter)))
            }
            "0" => Some(self.vars.get("0").scalar().cloned().unwrap_or_else(|| Word::unknown(Doubt::Parameter))),
            _ if name.bytes().all(|byte| byte.is_ascii_digit()) => match self.vars.get(ARGS).list() {
                Some(items) => {
                    let index = name.parse::<usize>().unwrap_or(usize::MAX);
                    items.get(index.saturating_sub(1)).map(|(_, word)| word.clone())
                }
                None => Some(Word::unknown(Doubt::Parameter)),
            },
            _ => self.lookup(name),
        })
    }

    fn every(&mut self, name: &str, kind: Option<u8>, doubt: Doubt) -> Subject {
        let words = match self.vars.get(name) {
            Value::List(items) => items.iter().map(|(_, word)| word.clone()).collect(),
            Value::Scalar(word) => vec![word.clone()],
            Value::Unset => Vec::new(),
            Value::Unknown(doubt) => vec![Word::unknown(*doubt)],
            Value::Outside | Value::Alias(_) | Value::Fickle => vec![Word::unknown(doubt)],
        };
        self.step(words.iter().map(weight).sum());
        Subject { is_unset: words.is_empty(), words, list: kind }
    }

    /// One element of an array.
    fn element(&mut self, name: &str, index: &Raw) -> Option<Word> {
        let name = self.resolve(name);
        let key = match self.key(&name, index) {
            Ok(key) => key,
            Err(doubt) => return Some(Word::unknown(doubt)),
        };
        match self.vars.get(&name) {
            Value::List(items) => items.iter().find(|(other, _)| *other == key).map(|(_, word)| word.clone()),
            Value::Scalar(word) => (key == "0").then(|| word.clone()),
            Value::Unset => None,
            Value::Unknown(doubt) => Some(Word::unknown(*doubt)),
            Value::Outside | Value::Alias(_) | Value::Fickle => Some(Word::unknown(Doubt::Variable)),
        }
    }

    /// The key that an index means: a text that is one already, else a number.
    pub fn key(&mut self, name: &str, index: &Raw) -> Result<String, Doubt> {
        let word = self.single(index);
        let text = word.known().ok_or_else(|| word.doubt().unwrap_or(Doubt::Variable))?;
        let (mut is_named, mut last) = (false, -1);
        if let Value::List(items) = self.vars.get(name) {
            if items.iter().any(|(key, _)| *key == text) {
                return Ok(text.into_owned());
            }
            for (key, _) in items {
                match key.parse::<i64>() {
                    Ok(number) => last = number.max(last),
                    Err(_) => is_named = true,
                }
            }
        }
        if is_named {
            return Ok(text.into_owned());
        }
        let number = self.number(&text)?;
        Ok((if number < 0 { last + 1 + number } else { number }).to_string())
    }

    fn indirect(&mut self, param: &Param, subject: Subject) -> Subject {
        let Subject { words, list: Some(kind), .. } = subject else {
            let name = match (param.operator, subject.words.first().and_then(Word::known)) {
                (b'*', _) | (_, None) => return Subject::one(Some(Word::unknown(Doubt::Variable))),
                (_, Some(name)) => name,
            };
            self.check_index(&name);
            return match name.split_once('[') {
                None => self.subject(&name, None),
                Some((name, index)) => {
                    let index = Raw::from([Part::Text(index.trim_end_matches(']').to_owned())]);
                    self.subject(name, Some(&index))
                }
            };
        };
        // `${!array[@]}` are its keys.
        let name = self.resolve(&param.name);
        let words = match self.vars.get(&name).list() {
            Some(items) if param.name != "@" && param.name != "*" => {
                items.iter().map(|(key, _)| Word::text(key)).collect()
            }
            Some(_) | None => words.iter().map(|_| Word::unknown(Doubt::Variable)).collect(),
        };
        Subject { words, list: Some(kind), is_unset: false }
    }

    /// A variable that nothing sets, and that no environment is known to have: `${PYTHON:-python3}` is python3.
    fn is_nowhere(&self, name: &str) -> bool {
        const USUAL: &str = "PATH SHELL TERM LANG HOSTNAME OLDPWD UID EUID PPID RANDOM SECONDS LINENO OSTYPE HOSTTYPE SHLVL REPLY OPTARG OPTIND \
            PIPESTATUS COLUMNS LINES DISPLAY MAIL GROUPS DIRSTACK FUNCNAME EPOCHSECONDS";
        matches!(self.vars.get(name), Value::Outside)
            && !self.vars.is_full()
            && matches!(self.vars.get(SOURCED), Value::Outside)
            && !name.starts_with("BASH")
            && name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
            && !self.script.doubts.iter().any(|doubt| matches!(doubt, Doubt::File | Doubt::Code | Doubt::Syntax))
            && !crate::policy::glob::is_one_of(USUAL, name)
    }

    /// `${x:-y}` and its kin.
    fn alternative(&mut self, param: &Param, subject: &Subject, out: &mut Fields) {
        let has_text =
            subject.words.iter().any(|word| word.pieces.iter().any(|piece| matches!(piece, super::Piece::Text(_))));
        let doubt = subject.words.iter().find_map(Word::doubt);
        // Set, as far as it counts here; `None` where nobody knows.
        let is_set = match doubt {
            Some(Doubt::Variable) if param.index.is_none() && param.prefix == 0 && self.is_nowhere(&param.name) => {
                Some(false)
            }
            Some(_) if !has_text => None,
            _ => Some(
                !subject.is_unset
                    && (!param.is_doubled || has_text || subject.words.iter().any(|word| !word.pieces.is_empty())),
            ),
        };
        if is_set == Some(param.operator != b'+') && param.operator != b'+' {
            return self.add(subject, param.is_quoted, out);
        }
        match (is_set, param.operator) {
            (Some(false), b'+') => out.value(&Word::default(), param.is_quoted, ""),
            (Some(_), b'-' | b'+') => {
                for part in &param.word {
                    if let Part::Text(text) = part
                        && !text.starts_with('~')
                    {
                        self.value(&Word::text(text), param.is_quoted, out);
                    } else {
                        self.part(part, out);
                    }
                }
            }
            _ => {
                let word = self.single(&param.word);
                let is_known = is_set.is_some() && param.operator == b'=';
                if param.operator == b'=' {
                    let value = if is_known { Value::Scalar(word.clone()) } else { Value::Unknown(Doubt::Variable) };
                    self.set(&param.name, value);
                }
                match doubt {
                    _ if is_known => self.value(&word, param.is_quoted, out),
                    doubt => out.unknown(doubt.unwrap_or(Doubt::Variable), param.is_quoted),
                }
            }
        }
    }

    /// `${x:1:2}`
    fn slice(&mut self, param: &Param, subject: &mut Subject) {
        let offset = self.arithmetic(&param.word);
        let length = if param.is_doubled { self.arithmetic(&param.other).map(Some) } else { Ok(None) };
        let (offset, length) = match (offset, length) {
            (Ok(offset), Ok(length)) => (offset, length),
            (Err(doubt), _) | (_, Err(doubt)) => {
                return subject.words.iter_mut().for_each(|word| *word = Word::unknown(doubt));
            }
        };
        if subject.list.is_some() {
            if subject.words.iter().any(|word| word.doubt().is_some()) {
                return;
            }
            // Of the parameters the first has number one.
            let first = i64::from(param.name == "@" || param.name == "*");
            let (from, to) = bounds(offset - if offset > 0 { first } else { 0 }, length, subject.words.len());
            subject.words = subject.words.get(from..to).unwrap_or_default().to_vec();
            return;
        }
        for word in &mut subject.words {
            let sliced = word.known().map(|text| {
                let (from, to) = bounds(offset, length, text.chars().count());
                Word::text(&text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>())
            });
            *word = sliced.unwrap_or_else(|| Word::unknown(word.doubt().unwrap_or(Doubt::Variable)));
        }
    }

    /// What is done to each word alone.
    fn each(&mut self, param: &Param, subject: &mut Subject) {
        let pattern = self.pattern(&param.word);
        let by = self.single(&param.other);
        for word in &mut subject.words {
            let text = word.known().ok_or_else(|| word.doubt().unwrap_or(Doubt::Variable));
            let pattern = pattern.as_deref().ok_or(Doubt::Variable);
            self.step(weight(word));
            if b"#%/".contains(&param.operator)
                && let (Ok(text), Ok(pattern)) = (&text, pattern)
            {
                let cost = pattern::cost(text, pattern, param.operator == b'/');
                self.step(cost.min(pattern::COST_MOST));
                if cost > pattern::COST_MOST {
                    *word = Word::unknown(Doubt::Bounds);
                    continue;
                }
            }
            let changed = text.and_then(|text| match param.operator {
                b'#' | b'%' => {
                    pattern::trim(&text, pattern?, param.operator == b'%', param.is_doubled).map(str::to_owned)
                }
                b'/' => {
                    // `&` may be what was matched.
                    let by = by.known().filter(|by| !by.contains('&')).ok_or(Doubt::Variable)?;
                    pattern::replace(&text, pattern?, &by, param.is_doubled, param.anchor)
                }
                b'^' | b',' if pattern?.is_empty() && text.is_ascii() => {
                    Ok(case(&text, param.operator == b'^', param.is_doubled))
                }
                b'@' => self.transform(param.anchor, &text),
                _ => Err(Doubt::Variable),
            });
            *word = match changed {
                Ok(text) => Word::text(&text),
                Err(doubt) => Word::unknown(doubt),
            };
        }
    }

    /// `${x@U}`
    fn transform(&mut self, letter: u8, text: &str) -> Result<String, Doubt> {
        match letter {
            b'U' | b'u' | b'L' if text.is_ascii() => Ok(case(text, letter != b'L', letter != b'u')),
            b'E' => Ok(escape::decode(text, escape::Style::Quote).text),
            b'P' if !text.contains(['\\', '$', '`', '!']) => Ok(text.to_owned()),
            // The prompt is expanded once more, commands included.
            b'P' => {
                self.doubt(Doubt::Code);
                Err(Doubt::Code)
            }
            _ => Err(Doubt::Variable),
        }
    }

    /// A pattern, in which what was quoted is escaped; `None` where it is not known.
    fn pattern(&mut self, raw: &Raw) -> Option<String> {
        let mut pattern = String::new();
        for part in raw {
            let is_quoted = match part {
                Part::Text(_) | Part::Process { .. } | Part::Array(_) => false,
                Part::Quoted(_) => true,
                Part::Param(param) => param.is_quoted,
                Part::Command { is_quoted, .. } | Part::Arithmetic { is_quoted, .. } => *is_quoted,
            };
            let mut out = Fields::single();
            self.part(part, &mut out);
            for letter in out.into_word().known()?.chars() {
                if is_quoted && "*?[]\\".contains(letter) {
                    pattern.push('\\');
                }
                pattern.push(letter);
            }
        }
        Some(pattern)
    }
}

fn length(subject: &Subject) -> Subject {
    let doubt = subject.words.iter().find_map(Word::doubt);
    let count = match (subject.list, subject.words.first()) {
        (Some(_), _) => Some(subject.words.len()),
        (None, word) => word.and_then(Word::known).map(|text| text.chars().count()),
    };
    let word = match (doubt, count) {
        (None, Some(count)) => Word::text(&count.to_string()),
        (doubt, _) => Word::unknown(doubt.unwrap_or(Doubt::Variable)),
    };
    Subject::one(Some(word))
}

/// Where a slice begins and ends.
fn bounds(offset: i64, length: Option<i64>, count: usize) -> (usize, usize) {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let from = if offset < 0 { count.saturating_add(offset) } else { offset.min(count) };
    if from < 0 {
        return (0, 0);
    }
    let to = match length {
        None => count,
        Some(length) if length < 0 => count.saturating_add(length),
        Some(length) => from.saturating_add(length).min(count),
    };
    (usize::try_from(from).unwrap_or_default(), usize::try_from(to.max(from)).unwrap_or_default())
}

fn case(text: &str, is_upper: bool, is_whole: bool) -> String {
    let end = if is_whole { text.len() } else { 1 };
    let change = |(index, letter): (usize, char)| match (index < end, is_upper) {
        (false, _) => letter,
        (true, true) => letter.to_ascii_uppercase(),
        (true, false) => letter.to_ascii_lowercase(),
    };
    text.char_indices().map(change).collect()
}
