//! Passwords and tokens in URLs: user-info, and paths that are the secret themselves.

use super::plain::{is_placeholder, is_reference};
use super::scan::{Scan, Seek};
use super::shape::{Shape, is_slug};
use super::text::{Set, Text};

/// Paths behind which everything is secret, each with what must be in the rest.
pub const WEBHOOKS: [(&str, &str); 15] = [
    ("hooks.slack.com/", "slack-webhook"),
    ("discord.com/api/webhooks/", "discord-webhook"),
    ("discordapp.com/api/webhooks/", "discord-webhook"),
    ("webhook.office.com/", "teams-webhook"),
    ("outlook.office.com/webhook/", "teams-webhook"),
    ("hooks.zapier.com/hooks/", "zapier-webhook"),
    ("chat.googleapis.com/v1/spaces/", "google-chat-webhook"),
    ("api.telegram.org/bot", "telegram-token"),
    ("hooks.slack-gov.com/", "slack-webhook"),
    ("hooks.slack.com%2F", "slack-webhook"),
    ("webhook.office.com%2F", "teams-webhook"),
    ("discord.com%2Fapi%2Fwebhooks%2F", "discord-webhook"),
    ("open.feishu.cn/open-apis/bot/v2/hook/", "feishu-webhook"),
    ("events.pagerduty.com/integration/", "pagerduty-webhook"),
    ("maker.ifttt.com/use/", "ifttt-webhook"),
];

impl Scan<'_> {
    /// `scheme://user:password@host`; `begin` is how `://` is written here.
    pub fn url(&mut self, place: usize, begin: &[u8]) {
        if !self.text.has_folded(place, begin) {
            return;
        }
        let start = place + begin.len();
        let is_encoded = begin.len() > 3;
        let Some((at, end)) = self.user_info(start) else { return };
        let at = if is_encoded { self.encoded_at(start, end) } else { Some(at).filter(|at| self.text.at(*at) == b'@') };
        let Some(at) = at else { return };
        if at <= start || self.is_marked(start, at) {
            return;
        }
        let user_info = self.text.slice(start, at.min(start + 1024));
        let colon = user_info.iter().position(|byte| *byte == b':').map(|colon| (colon, 1)).or_else(|| {
            user_info
                .windows(3)
                .position(|three| is_encoded && three.eq_ignore_ascii_case(b"%3a"))
                .map(|colon| (colon, 3))
        });
        match colon {
            Some((colon, length)) => {
                self.password(start, self.text.slice(start, start + colon), start + colon + length, at)
            }
            None => self.user(start, at),
        }
    }

    /// The last `@` before the URL's path (or, where a password has a slash in it, later), and where the search ended.
    fn user_info(&mut self, start: usize) -> Option<(usize, usize)> {
        let end = self.run_end(Set::Authority, start);
        let last = self.last_at(start, end);
        if last.is_some() {
            return last.map(|at| (at, end));
        }
        let authority = self.text.slice(start, end.min(start + 256));
        let colon = authority.iter().position(|byte| *byte == b':');
        let has_port = colon
            .is_none_or(|colon| authority.get(colon + 1..).is_some_and(|port| port.iter().all(u8::is_ascii_digit)));
        if has_port {
            return Some((end, end));
        }
        // `user:pa/ss@host`: no port, so the rest may belong to the password, for a bounded stretch.
        let far = self.text.ahead(Set::Unbroken, end, 128);
        self.last_at(end, far)
            .filter(|at| self.text.at(at + 1).is_ascii_alphanumeric())
            .map(|at| (at, far))
            .or(Some((end, end)))
    }

    fn last_at(&mut self, start: usize, end: usize) -> Option<usize> {
        let mut found = None;
        let mut from = start;
        // More than a few `@` are no URL.
        for _ in 0..8 {
            let at = self
                .seek(Seek::At, from, |text, place| text.at(place) == b'@' || !Set::Unbroken.contains(text.at(place)));
            if at >= end || self.text.at(at) != b'@' {
                break;
            }
            found = Some(at);
            from = at + 1;
        }
        found
    }

    /// `%40` in an encoded URL.
    fn encoded_at(&self, start: usize, end: usize) -> Option<usize> {
        (start..end.min(start + 512))
            .take_while(|place| !self.text.has_folded(*place, b"%2f"))
            .filter(|place| self.text.has(*place, b"%40"))
            .last()
    }

    fn password(&mut self, user_start: usize, user: &[u8], start: usize, end: usize) {
        let value = self.text.head(start, end);
        let is_plain = value.is_empty()
            || value == b"x-oauth-basic"
            || is_reference(value)
            || (is_placeholder(value) && Shape::of(value).digits == 0);
        if !is_plain {
            let rule = self.token_rule(start, end).unwrap_or("url-password");
            self.take(start, end, rule);
        }
        let user_end = user_start + user.len();
        self.user(user_start, user_end);
    }

    /// A user that is a token: `https://TOKEN@github.com`.
    fn user(&mut self, start: usize, end: usize) {
        let value = self.text.head(start, end);
        let shape = Shape::of(value);
        let is_token = value.len() >= 16 && (shape.is_random() || shape.is_random_letters()) && !is_slug(value);
        if is_token && !is_reference(value) && !is_placeholder(value) {
            let rule = self.token_rule(start, end).unwrap_or("url-user");
            self.take(start, end, rule);
        }
    }

    /// URLs that are a secret from a certain place on.
    pub fn webhook(&mut self, place: usize, kind: u8) {
        let Some((path, rule)) = WEBHOOKS.get(usize::from(kind)) else { return };
        if !self.text.has_folded(place, path.as_bytes()) {
            return;
        }
        let start = place + path.len();
        let end = self.path_end(start);
        let value = self.text.head(start, end);
        let shape = Shape::of(value);
        if value.len() >= 20
            && shape.digits > 0
            && has_long_part(value)
            && !is_placeholder(value)
            && !is_reference(value)
        {
            let begin = self.url_begin(place);
            self.take(begin, end, rule);
        }
    }

    /// Where the URL begins whose host, or the rest of it, begins at `place`.
    fn url_begin(&self, place: usize) -> usize {
        let text = self.text;
        let host = text.back(Set::Dotted, place, 64);
        for written in [&b"https%3A%2F%2F"[..], b"http%3A%2F%2F"] {
            // The end of the last escape looks like the host's begin.
            if text.has_before(host + 2, written) {
                return host + 2 - written.len();
            }
        }
        for written in [&b"https://"[..], b"http://"] {
            if text.has_before(host, written) {
                return host - written.len();
            }
        }
        place
    }

    fn path_end(&mut self, start: usize) -> usize {
        let end = self.run_end(Set::Unbroken, start);
        let text = self.text;
        // A URL in prose, markup, a string or a command ends at these.
        let stop = |text: Text<'_>, place: usize| {
            matches!(text.at(place), b'\\' | b'<' | b'>' | b')' | b']' | b'}' | b'`' | b',' | b';' | b'|')
        };
        let end = (start..end.min(start + 512)).find(|place| stop(text, *place)).unwrap_or(end);
        if end > start && text.before(end, 1) == b'.' { end - 1 } else { end }
    }
}

/// A part of the path no person chose.
fn has_long_part(value: &[u8]) -> bool {
    value.split(|byte| matches!(byte, b'/' | b'=' | b'&' | b'?' | b'@')).any(|part| {
        let shape = Shape::of(part);
        part.len() >= 16 && (shape.digits >= 2 || shape.is_random_letters()) && !is_slug(part)
    })
}
