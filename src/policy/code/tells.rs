//! What is told by words that stand anywhere in code.

use super::scan::Scan;

/// Words that make it so: of each group behind a `&` one, of which `|` stands between. The rule; why nothing more is known; and how long
/// such code is at most, in bytes.
const TELLS: &[(&str, &str, Option<&str>, usize)] = &[
    ("socket&dup2", "remote-shell", None, usize::MAX),
    ("fsockopen|TCPSocket|Socket;&exec", "remote-shell", None, usize::MAX),
    ("str(os.environ|dict(os.environ|dumps(os.environ|stringify(process.env&http|socket", "upload", None, usize::MAX),
    ("fork&while |for |loop ", "fork-bomb", None, 256),
    (
        "query|execute|exec|->|objects|.delete|.destroy&objects.all().delete()|.delete_all|.destroy_all|->truncate(|->delete()|deleteMany({})|DROP DATABASE|DROP TABLE",
        "database-delete",
        None,
        usize::MAX,
    ),
    (
        "flushall(|flushdb(|drop_database(|dropDatabase(|drop_collection(|delete_bucket(|terminate_instances(|objects.all().delete(|::truncate(",
        "database-delete",
        None,
        usize::MAX,
    ),
    ("(delete-directory|(delete-file", "unknown-target", Some("it deletes files"), usize::MAX),
    ("getattr(&)(", "unknown-code", Some("it calls what it finds by name while it runs"), usize::MAX),
];

/// What makes code or commands from text.
const DECODERS: &str = "b64decode|base64|fromhex|unhexlify|atob|decode64|unpack|fromCharCode|chr(|pack(|rot13|decompress|gzinflate|marshal|hex2bin";
/// What runs them.
const RUNNERS: &str = "system|exec|popen|eval";
/// Longest code that is taken as a decoder alone, in bytes: in more, one has nothing to do with the other.
const DECODER_BYTES_MAX: usize = 512;

/// What starts programs, in whatever words: where code has one of these, each text in it may be a command.
const STARTERS: &str = "child_process|subprocess|system|exec|popen|spawn|shell|Process|Runtime|Command|run|Bun|pty|unlink|process|os.cmd|os:cmd|scripts";

impl Scan<'_, '_, '_> {
    fn has_one_of(&self, words: &str) -> bool {
        words.split('|').any(|word| self.code.text.contains(word))
    }

    /// Whether something in it decodes.
    pub fn decodes(&mut self) -> bool {
        let is = self.is_decoding.unwrap_or_else(|| self.has_one_of(DECODERS));
        self.is_decoding = Some(is);
        is
    }

    /// Whether texts in it may be commands.
    pub fn starts(&self) -> bool {
        self.has_one_of(STARTERS)
    }

    /// Looks for all of them.
    pub fn tells(&mut self) {
        for (words, rule, doubt, length) in TELLS {
            if self.code.text.len() <= *length && words.split('&').all(|group| self.has_one_of(group)) {
                self.walk.flag(self.scene, rule, *doubt);
            }
        }
        if self.code.text.len() <= DECODER_BYTES_MAX && self.has_one_of(RUNNERS) && self.decodes() {
            self.walk.doubtful(self.scene, "unknown-code", "it makes code while it runs");
        }
    }
}
