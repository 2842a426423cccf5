//! Where to look closer. Everything the redactor knows begins, or has near its beginning, three certain bytes; the index
//! says for the three bytes at a place what may be there. Nearly always: nothing, after one look at one bit.

use super::text::Set;

/// What may be at a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trigger {
    /// The row of the table of tokens.
    Token(u16),
    /// A name that speaks of a secret: the place of its stem.
    Name(u8),
    /// A value of the environment: its place in the list.
    Literal(u32),
    /// A pattern of the configuration.
    Pattern(u16),
    /// What needs code of its own.
    Odd(Odd),
}

/// Forms that are more than a prefix and a run of bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Odd {
    /// `[redacted:`
    Marker,
    /// `://`, perhaps with user and password behind.
    Url,
    /// `%3A%2F%2F`
    EncodedUrl,
    /// `-----BEGIN`
    Pem,
    /// `eyJ`
    Jwt,
    /// `hooks.slack.com/` and other URLs that are secrets.
    Webhook(u8),
    /// The first three characters of a Discord user's number in base64.
    Discord,
    /// What has a mark in its middle, by its place in the list.
    Middle(u8),
    /// A digit and `Q~`.
    AzureSecret,
    /// `$2b$`, `$6$` …: a password's hash, by its place in the list.
    Crypt(u8),
    /// `Bearer ` or `Basic ` without a header's name.
    Scheme(u8),
    /// The name of a program, by its place in the table of tools.
    Tool(u8),
    /// ` -p` and other short flags.
    Flag,
    /// `sudo -S`
    Sudo,
    /// `--user` and `--proxy-user` of `curl`.
    LongUser,
    /// `IDENTIFIED BY`
    Identified,
    /// `:5432:`, a line of `.pgpass`.
    PgPass,
}

struct Entry {
    triple: u32,
    /// The next entry of this head, plus one; 0 ends the chain.
    next: u32,
    trigger: Trigger,
}

const FILTER_WORDS: usize = 1024;
const HEADS: usize = 4096;

/// The index. Built once.
pub struct Index {
    filter: Box<[u64; FILTER_WORDS]>,
    heads: Box<[u32; HEADS]>,
    entries: Vec<Entry>,
}

impl Index {
    /// An index of nothing.
    pub fn new() -> Self {
        Self { filter: Box::new([0; FILTER_WORDS]), heads: Box::new([0; HEADS]), entries: Vec::new() }
    }

    /// Looks closer wherever the first three bytes of `literal` stand, in any case of letters. What is added later is
    /// looked at first.
    pub fn add(&mut self, literal: &[u8], trigger: Trigger) {
        if let [a, b, c, ..] = literal {
            self.add_triple(fold(pack(*a, *b, *c)), trigger);
        }
    }

    /// The same for a literal of two bytes, followed by a byte of `set`.
    pub fn add_pair(&mut self, literal: &[u8], set: Set, trigger: Trigger) {
        let [a, b] = literal else { return };
        for c in (0..=u8::MAX).filter(|byte| set.contains(*byte)) {
            self.add_triple(fold(pack(*a, *b, c)), trigger);
        }
    }

    #[inline(never)]
    fn add_triple(&mut self, triple: u32, trigger: Trigger) {
        if self.at(triple).any(|known| known == trigger) {
            return;
        }
        let hash = hash(triple);
        if let Some(word) = self.filter.get_mut(hash >> 6) {
            *word |= 1 << (hash & 63);
        }
        if let (Some(head), Ok(place)) = (self.heads.get_mut(hash >> 4), u32::try_from(self.entries.len() + 1)) {
            self.entries.push(Entry { triple, next: *head, trigger });
            *head = place;
        }
    }

    /// Whether something may be at these three bytes. One bit: sometimes yes without need, never no.
    #[inline]
    pub fn may_be(&self, triple: u32) -> bool {
        let hash = hash(triple);
        self.filter.get(hash >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    /// What is at these three bytes.
    pub fn at(&self, triple: u32) -> impl Iterator<Item = Trigger> + '_ {
        let mut next = self.heads.get(hash(triple) >> 4).copied().unwrap_or(0);
        std::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(next.checked_sub(1)? as usize)?;
                next = entry.next;
                if entry.triple == triple {
                    return Some(entry.trigger);
                }
            }
        })
    }
}

const fn pack(a: u8, b: u8, c: u8) -> u32 {
    (a as u32) << 16 | (b as u32) << 8 | c as u32
}

/// Letters of both cases alike. Some other bytes fall together, too, which costs a look and nothing else.
#[inline]
pub const fn fold(triple: u32) -> u32 {
    triple | 0x20_2020
}

/// Sixteen bits.
#[inline]
const fn hash(triple: u32) -> usize {
    (triple.wrapping_mul(0x9E37_79B1) >> 16) as usize
}
