//! Words while they are made: splitting, patterns, what is unknown.

use super::{Doubt, Piece, Word};

/// The words that come of one, or of several.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub words: Vec<Word>,
    word: Word,
    /// Whether there is a word already, be it empty.
    is_open: bool,
    /// A blank ended the last word; a separator that follows it is the same end.
    is_after_blank: bool,
    /// Everything becomes one word, and patterns are only text.
    is_single: bool,
}

impl Fields {
    /// For what is one word whatever is in it.
    pub fn single() -> Self {
        Self { is_single: true, ..Self::default() }
    }

    pub fn is_open(&self) -> bool {
        self.is_open
    }

    pub fn is_single(&self) -> bool {
        self.is_single
    }

    /// Ends a word, where there is one.
    pub fn finish(&mut self) {
        if self.is_open && !self.is_single {
            self.words.push(std::mem::take(&mut self.word));
            self.is_open = false;
        }
    }

    /// Everything as one word.
    pub fn into_word(self) -> Word {
        self.word
    }

    /// All words.
    pub fn into_words(mut self) -> Vec<Word> {
        self.finish();
        self.words
    }

    /// Text that means nothing but itself.
    pub fn text(&mut self, text: &str) {
        self.is_open = true;
        self.word.push_text(text);
    }

    pub fn glob(&mut self, pattern: &str) {
        self.is_open = true;
        match self.word.pieces.last_mut() {
            Some(Piece::Glob(last)) => last.push_str(pattern),
            _ => self.word.pieces.push(Piece::Glob(pattern.to_owned())),
        }
    }

    pub fn unknown(&mut self, doubt: Doubt, is_quoted: bool) {
        self.is_open = true;
        let piece = Piece::Unknown { doubt, is_quoted: is_quoted || self.is_single };
        if self.word.pieces.last() != Some(&piece) {
            self.word.pieces.push(piece);
        }
    }

    /// Text outside of quotes, in which patterns have their meaning.
    pub fn bare(&mut self, text: &str) {
        self.is_open = true;
        if self.is_single {
            return self.word.push_text(text);
        }
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?', '[', '@', '+', '!']) {
            let (plain, behind) = rest.split_at(at);
            self.word.push_text(plain);
            let length = pattern_length(behind);
            let (pattern, behind) = behind.split_at(length.max(1).min(behind.len()));
            if length > 0 {
                self.glob(pattern);
            } else {
                self.word.push_text(pattern);
            }
            rest = behind;
        }
        self.word.push_text(rest);
    }

    /// The text of an expansion outside of quotes.
    pub fn split(&mut self, text: &str, separators: &str) {
        if self.is_single {
            return self.text(text);
        }
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let end = rest.find(|letter| separators.contains(letter)).unwrap_or(rest.len());
            if end > 0 {
                let (plain, behind) = rest.split_at(end);
                self.bare(plain);
                self.is_after_blank = false;
                rest = behind;
                continue;
            }
            let is_blank = letter.is_ascii_whitespace();
            if self.is_open {
                self.finish();
                self.is_after_blank = is_blank;
            } else if !is_blank && !self.is_after_blank {
                self.words.push(Word::default());
            } else if !is_blank {
                self.is_after_blank = false;
            }
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }

    /// A value that is known in part.
    pub fn value(&mut self, word: &Word, is_quoted: bool, separators: &str) {
        self.is_open |= is_quoted;
        for piece in &word.pieces {
            match piece {
                Piece::Text(text) if is_quoted => self.text(text),
                Piece::Text(text) => self.split(text, separators),
                Piece::Glob(pattern) => self.glob(pattern),
                Piece::Unknown { doubt, .. } => self.unknown(*doubt, is_quoted),
            }
        }
    }
}

/// Longest class of letters; what is longer is taken for text.
const CLASS_MOST: usize = 64;

/// How long the pattern is that may begin here; nothing where none does.
fn pattern_length(text: &str) -> usize {
    let mut bytes = text.bytes();
    let first = bytes.next();
    if first == Some(b'[') {
        let skipped = 1 + usize::from(matches!(bytes.next(), Some(b'!' | b'^')));
        // The first letter may be the bracket itself.
        let mut inner = text.bytes().skip(skipped + 1).take(CLASS_MOST);
        let end = inner.position(|byte| byte == b']' || byte == b'/').map(|end| end + skipped + 1);
        return end.filter(|end| text.as_bytes().get(*end) == Some(&b']')).map_or(0, |end| end + 1);
    }
    if bytes.next() == Some(b'(') {
        let mut depth = 0_usize;
        for (index, byte) in text.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return index + 1,
                b')' => depth -= 1,
                _ => {}
            }
        }
        return text.len();
    }
    usize::from(matches!(first, Some(b'*' | b'?')))
}
