//! Secrets of Kubernetes: everything under `data:` and `stringData:` of a manifest of `kind: Secret`.

use super::plain::{is_placeholder, is_reference};
use super::scan::Scan;
use super::text::Set;

/// A manifest is looked through so far before and behind its kind.
const REACH: usize = 32 * 1024;

impl Scan<'_> {
    /// Whether `kind:` stands before the word.
    pub fn is_kind(&self, word: usize) -> bool {
        let text = self.text;
        let mut place = word;
        let floor = word.saturating_sub(6);
        while place > floor && matches!(text.before(place, 1), b' ' | b'"' | b'\\' | b':' | b'\'') {
            place -= 1;
        }
        text.has_before(place, b"kind") && text.slice(place, word).contains(&b':')
    }

    /// Reads the YAML manifest around the word. (In JSON the names and values are read as any others.)
    pub fn manifest(&mut self, word: usize) {
        let text = self.text;
        let from = word.saturating_sub(REACH).max(self.manifest);
        let start = (from..word).rev().find(|place| text.has(*place, b"\n---")).unwrap_or(from);
        let mut place = start;
        let mut block: Option<usize> = None;
        while place < text.len() && place < word + REACH {
            let line_end = text
                .0
                .get(place..)
                .and_then(|rest| rest.iter().position(|byte| *byte == b'\n'))
                .map_or(text.len(), |at| place + at);
            if place > word && text.has(place, b"---") {
                break;
            }
            let first = text.ahead(Set::Blank, place, 256);
            let indent = first - place;
            if block.is_some_and(|outer| indent <= outer && first < line_end) {
                block = None;
            }
            match block {
                Some(_) => self.entry(first, line_end),
                None if text.has(first, b"data:") || text.has(first, b"stringData:") => block = Some(indent),
                None => {}
            }
            place = line_end + 1;
        }
        self.manifest = place;
    }

    /// `name: value`, or a line of a block value.
    fn entry(&mut self, start: usize, line_end: usize) {
        let text = self.text;
        let name_end = text.ahead(Set::Dotted, start, 253);
        let begin = if text.at(name_end) == b':' { text.ahead(Set::Blank, name_end + 1, 64) } else { start };
        let quoted = matches!(text.at(begin), b'"' | b'\'');
        let mut end = line_end;
        while end > begin && matches!(text.before(end, 1), b' ' | b'\r') {
            end -= 1;
        }
        let (begin, end) = if quoted && end > begin + 1 { (begin + 1, end - 1) } else { (begin, end) };
        let value = text.head(begin, end);
        let is_block = matches!(value, [b'|' | b'>'] | [b'|' | b'>', b'-' | b'+']);
        if value.len() >= 2 && !is_block && !is_reference(value) && !is_placeholder(value) {
            self.take_aside(begin, end, "kubernetes-secret");
        }
    }
}
