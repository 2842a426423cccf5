//! Programs whose short flags take a password. `-p` of `mysql` does, `-p` of `mkdir` does not.

use super::plain::{is_placeholder, is_reference};
use super::scan::{Scan, Seek};
use super::text::Set;
use super::value::Manner;

/// What the flag's argument is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Argument {
    /// The password, right behind the letter or as the next word.
    Password,
    /// The password, right behind the letter only: alone, the program asks for it.
    Attached,
    /// The next word only: the letter begins other flags, too.
    Detached,
    /// `user:password`
    User,
    /// `user%password`
    Percent,
    /// Cookies, or the name of a file with them.
    Cookies,
    /// The flag is `-pw`, the password the next word.
    Putty,
}
use Argument::{Attached, Cookies, Detached, Password, Percent, Putty, User};

struct Tool {
    name: &'static str,
    flags: &'static [(u8, Argument)],
}

const fn tool(name: &'static str, flags: &'static [(u8, Argument)]) -> Tool {
    Tool { name, flags }
}

/// A flag counts from the program's name to the end of its command.
static TOOLS: &[Tool] = &[
    tool("mysql", &[(b'p', Attached)]),
    tool("mariadb", &[(b'p', Attached)]),
    tool("sshpass", &[(b'p', Password)]),
    tool("login", &[(b'p', Password)]),
    tool("curl", &[(b'u', User), (b'U', User), (b'b', Cookies)]),
    tool("mongo", &[(b'p', Password)]),
    tool("redis-cli", &[(b'a', Password)]),
    tool("ldap", &[(b'w', Password)]),
    tool("sqlcmd", &[(b'P', Password)]),
    tool("bcp", &[(b'P', Password)]),
    tool("isql", &[(b'P', Password)]),
    tool("zip", &[(b'P', Password)]),
    tool("unzip", &[(b'P', Password)]),
    tool("7z", &[(b'p', Attached)]),
    tool("mosquitto_", &[(b'P', Password)]),
    tool("smbclient", &[(b'U', Percent)]),
    tool("rpcclient", &[(b'U', Percent)]),
    tool("twine", &[(b'p', Password)]),
    tool("httpie", &[(b'a', User)]),
    tool("http", &[(b'a', User)]),
    tool("https", &[(b'a', User)]),
    tool("xh", &[(b'a', User)]),
    tool("kinit", &[(b'w', Password)]),
    tool("ipmitool", &[(b'P', Password)]),
    tool("snmpwalk", &[(b'A', Password), (b'X', Password)]),
    tool("cqlsh", &[(b'p', Password)]),
    tool("influx", &[(b'p', Password)]),
    tool("clickhouse", &[(b'p', Attached)]),
    tool("rabbitmqadmin", &[(b'p', Password)]),
    tool("openssl", &[(b'k', Detached)]),
    tool("cypher-shell", &[(b'p', Password)]),
    tool("ssh-keygen", &[(b'N', Password), (b'P', Password)]),
    tool("etcdctl", &[]),
    tool("plink", &[(b'p', Putty)]),
    tool("pscp", &[(b'p', Putty)]),
];

/// Names of programs, in the order of their numbers.
pub fn names() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|tool| tool.name)
}

impl Scan<'_> {
    /// Remembers the program named here.
    pub fn program(&mut self, place: usize, kind: u8) {
        let Some(tool) = TOOLS.get(usize::from(kind)) else { return };
        let before = self.text.before(place, 1);
        let is_word = self.text.is_fresh(place) && !matches!(before, b'-' | b'_' | b'.' | b'=');
        let end = self.text.ahead(Set::Slug, place, 32);
        let is_called = matches!(self.text.at(end), b' ' | b'\t' | b'"' | b'\'') && end < place + 32;
        if !self.text.has(place, tool.name.as_bytes()) || !is_word || !is_called {
            return;
        }
        let rest = end - place - tool.name.len();
        // `mysqldump`, `ldapsearch`, `mosquitto_pub` are families; `zipper` and `https` are others.
        let is_family =
            matches!(tool.name, "mysql" | "mariadb" | "ldap" | "mongo" | "mosquitto_" | "clickhouse" | "7z");
        if rest == 0 || is_family {
            let until = match self.tool {
                Some((_, until)) if place < until => until,
                _ => self.command_end(end),
            };
            self.tool = Some((kind, until));
        }
    }

    /// ` -p`, `"-p`: takes the argument if the program means it.
    pub fn short_flag(&mut self, place: usize) {
        let Some((kind, until)) = self.tool.filter(|(_, until)| place < *until) else { return };
        let letter = self.text.at(place + 2);
        let flags = TOOLS.get(usize::from(kind)).map_or(&[][..], |tool| tool.flags);
        let Some((_, argument)) = flags.iter().find(|(flag, _)| *flag == letter).copied() else { return };
        // `-password x` is read as a name.
        let is_word = self.text.has_folded(place + 2, b"pass");
        let Some((start, end)) = self.argument(place + 3, argument).filter(|_| !is_word) else { return };
        let value = self.text.head(start, end);
        if end <= until.max(start) + 512 && !value.is_empty() && !is_reference(value) && !is_placeholder(value) {
            self.secret_part(start, end, argument);
        }
    }

    /// `--user me:x`, when `curl` is called.
    pub fn long_user(&mut self, place: usize) {
        let is_called = self.tool.is_some_and(|(kind, until)| {
            place < until && TOOLS.get(usize::from(kind)).is_some_and(|tool| matches!(tool.name, "curl" | "etcdctl"))
        });
        let Some(flag) =
            [&b"--user"[..], b"--proxy-user"].into_iter().find(|flag| is_called && self.text.has(place, flag))
        else {
            return;
        };
        let end = place + flag.len();
        if !matches!(self.text.at(end), b' ' | b'=' | b'"' | b'\'') {
            return;
        }
        if let Some((start, end)) = self.argument(end, User) {
            self.secret_part(start, end, User);
        }
    }

    /// `echo x | sudo -S`, `echo x | docker login --password-stdin`: what was echoed on the line of `place`.
    pub fn echoed(&mut self, place: usize) {
        let text = self.text;
        let floor = place.saturating_sub(256);
        let before = text.slice(floor, place);
        let from = before.iter().rposition(|byte| *byte == b'\n').map_or(floor, |end| floor + end + 1);
        let line = text.slice(from, place);
        let echo = [&b"echo "[..], b"printf "].iter().find_map(|word| {
            line.windows(word.len()).rposition(|window| window == *word).map(|at| from + at + word.len())
        });
        let Some(mut start) = echo.filter(|_| line.contains(&b'|')) else { return };
        while text.at(start) == b'-' && start < place {
            start = text.ahead(Set::Blank, text.ahead(Set::Unbroken, start, 8), 8);
        }
        let end = match text.quote_at(start) {
            Some((quote, length)) => {
                start += length;
                self.closing(quote, start)
            }
            None => Some(self.bare_end(start, Manner::default())),
        };
        if let Some(end) = end.filter(|end| *end < place) {
            let value = text.head(start, end);
            if value.len() >= 3 && !is_reference(value) && !is_placeholder(value) {
                self.take_aside(start, end, "password");
            }
        }
    }

    /// `sudo -S`
    pub fn sudo(&mut self, place: usize) {
        if self.text.has(place, b"sudo -S") {
            self.echoed(place);
        }
    }

    fn argument(&mut self, start: usize, argument: Argument) -> Option<(usize, usize)> {
        let text = self.text;
        let mut begin = start;
        if argument == Putty {
            begin += usize::from(text.at(begin) == b'w');
            if begin == start {
                return None;
            }
        }
        let byte = text.at(begin);
        let is_quote = matches!(byte, b'"' | b'\'');
        if is_quote && matches!(text.at(begin + 1), b',' | b' ' | b'\n') {
            // A list of words: `"-p", "x"`.
            let next = (begin + 1..begin + 24).find(|place| !matches!(text.at(*place), b',' | b' ' | b'\n' | b'\t'))?;
            if text.quote_at(next).is_none() || argument == Attached {
                return None;
            }
            begin = next;
        } else if Set::Blank.contains(byte) {
            if argument == Attached {
                return None;
            }
            begin = text.ahead(Set::Blank, begin, 16);
        } else if byte == b'=' {
            begin += 1;
        } else if argument == Detached {
            return None;
        }
        if text.at(begin) == b'-' {
            return None;
        }
        if let Some((quote, length)) = text.quote_at(begin) {
            let end = self.closing(quote, begin + length)?;
            return Some((begin + length, end));
        }
        Some((begin, self.bare_end(begin, Manner::default())))
    }

    fn secret_part(&mut self, start: usize, end: usize, argument: Argument) {
        let value = self.text.head(start, end);
        let behind = |sign: u8| value.iter().position(|byte| *byte == sign).map(|place| start + place + 1);
        let (start, rule) = match argument {
            Password | Attached | Detached | Putty => (start, "password"),
            User => match behind(b':') {
                Some(start) => (start, "password"),
                None => return,
            },
            Percent => match behind(b'%') {
                Some(start) => (start, "password"),
                None => return,
            },
            Cookies => {
                if !value.contains(&b'=') {
                    return;
                }
                (start, "cookie")
            }
        };
        let secret = self.text.head(start, end);
        if secret.len() >= 2 && !is_reference(secret) && !is_placeholder(secret) {
            let rule = self.token_rule(start, end).unwrap_or(rule);
            self.take(start, end, rule);
        }
    }

    /// Where the command ends that has its name at `from`: at a line's end without a backslash before it.
    fn command_end(&mut self, from: usize) -> usize {
        let mut end = from;
        // A command of more lines than this is none we know.
        for _ in 0..16 {
            let line = self.seek(Seek::Command, end, |text, place| {
                text.at(place) == b'\n'
                    || matches!(text.at(place), b';' | b'|') && matches!(text.at(place + 1), b' ' | b'|' | b'\n')
                    || text.has(place, b"&& ")
            });
            end = line + 1;
            if self.text.at(line) != b'\n' || self.text.before(line, 1) != b'\\' {
                return line;
            }
        }
        end
    }
}
