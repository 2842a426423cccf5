//! Hosts and ports out of URLs and out of the words of commands.

use super::glob::is_one_of;
use super::places::UNKNOWN;

/// Where something connects to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// In small letters, without brackets; never empty.
    pub host: String,
    /// As given, else the one of the scheme.
    pub port: Option<u16>,
}

/// Default ports of schemes.
const PORTS: &[(&str, u16)] = &[
    ("amqp", 5672),
    ("ftp", 21),
    ("ftps", 990),
    ("git", 9418),
    ("http", 80),
    ("https", 443),
    ("imap", 143),
    ("ldap", 389),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("rediss", 6379),
    ("rsync", 873),
    ("scp", 22),
    ("sftp", 22),
    ("smb", 445),
    ("smtp", 25),
    ("ssh", 22),
    ("telnet", 23),
    ("tftp", 69),
    ("ws", 80),
    ("wss", 443),
];

/// What a URL names; without a scheme it is read as `default`'s. User, path, query and fragment are dropped.
pub fn of_url(url: &str, default: &str) -> Option<Target> {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (default, url.strip_prefix("//").unwrap_or(url)),
    };
    let scheme = scheme.rsplit('+').next().unwrap_or(scheme);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let port = PORTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(scheme)).map(|&(_, port)| port);
    of_authority(authority, port).filter(|_| !scheme.contains(UNKNOWN))
}

/// What a remote of git, scp or rsync names: a URL, `user@host:path`, `host::module`. Nothing for a path of this machine.
pub fn of_remote(text: &str) -> Option<Target> {
    if text.contains("://") {
        return if text.starts_with("file:") { None } else { of_url(text, "ssh") };
    }
    let (before, _) = text.split_once(':')?;
    if before.is_empty() || before.contains('/') || before.len() == 1 {
        return None;
    }
    of_authority(before, Some(22))
}

/// `[user@]host[:port]`; nothing where any of it is not known, since that may end the host before it begins.
pub fn of_authority(text: &str, port: Option<u16>) -> Option<Target> {
    if text.contains(UNKNOWN) {
        return None;
    }
    let text = text.rsplit('@').next().unwrap_or(text);
    let (host, given) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, rest)) if !rest.contains(':') => (host, Some(rest)),
            // More than one colon and no brackets: an address of version 6.
            Some(_) => (text, None),
            None => (text, None),
        },
    };
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:%".contains(&byte) || byte >= 0x80);
    if !is_host {
        return None;
    }
    let mut host = host.trim_end_matches('.').to_owned();
    host.make_ascii_lowercase();
    if let Some(address) = number_form(&host) {
        host = address;
    }
    Some(Target { host, port: given.and_then(|given| given.parse().ok()).or(port) })
}

/// An address of version 4 that is written as one number, in hexadecimal or octal, or with fewer parts, as it is meant.
fn number_form(host: &str) -> Option<String> {
    if !host.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let mut parts = [0_u64; 4];
    let mut count = 0;
    for text in host.split('.') {
        let value = if let Some(digits) = text.strip_prefix("0x") {
            u64::from_str_radix(digits, 16).ok()?
        } else if text.len() > 1 && text.starts_with('0') {
            u64::from_str_radix(text, 8).ok()?
        } else {
            text.parse().ok()?
        };
        *parts.get_mut(count)? = value;
        count += 1;
    }
    let mut address = 0_u64;
    for (place, part) in parts.iter().take(count).enumerate() {
        let is_last = place + 1 == count;
        let shift = if is_last { 0 } else { 24 - 8 * place };
        if *part > if is_last { 0xffff_ffff } else { 255 } {
            return None;
        }
        address |= part << shift;
    }
    let mut out = String::new();
    for shift in [24, 16, 8, 0] {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(&(address >> shift & 255).to_string());
    }
    Some(out)
}

/// Whether the host is this machine.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.starts_with("127.")
        || host == "::1"
        || host == "0.0.0.0"
        || host == "::"
        || host.ends_with(".localhost")
        || host.starts_with("::ffff:127.")
}

/// Whether the host tells a machine of a cloud its credentials.
pub fn is_metadata(host: &str) -> bool {
    is_one_of(
        "169.254.169.254 169.254.170.2 metadata.google.internal metadata 100.100.100.200 fd00:ec2::254 metadata.azure.com 168.63.129.16 ::ffff:169.254.169.254 instance-data",
        host,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(found: Option<Target>, expected: Option<(&str, Option<u16>)>) {
        assert_eq!(found.as_ref().map(|target| (target.host.as_str(), target.port)), expected);
    }

    /// S0.30: default ports are filled, user and query are dropped.
    #[test]
    fn a_url_is_its_host_and_port() {
        is(of_url("https://me:secret@Example.org/a?token=x#y", "http"), Some(("example.org", Some(443))));
        is(of_url("example.org:8080/a", "http"), Some(("example.org", Some(8080))));
        is(of_url("http://[::1]:4096/x", "http"), Some(("::1", Some(4096))));
        is(of_url("http://evil.example\\@good.example/", "http"), Some(("evil.example", Some(80))));
        is(of_url("git+ssh://git@h/x", "http"), Some(("h", Some(22))));
        is(of_url("http:///x", "http"), None);
        is(of_url("http://a b/", "http"), None);
        is(of_url("localhost:3000/?k=…", "http"), Some(("localhost", Some(3000))));
        for url in ["http://…/", "http://…@localhost/", "http://localhost:80…/", "…://localhost/"] {
            is(of_url(url, "http"), None);
        }
    }

    #[test]
    fn an_address_is_the_same_in_every_spelling() {
        for host in ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.254.169.254."] {
            is(of_url(host, "http"), Some(("169.254.169.254", Some(80))));
        }
        is(of_url("127.1", "http"), Some(("127.0.0.1", Some(80))));
    }

    #[test]
    fn a_remote_is_a_url_or_a_host_with_a_path() {
        is(of_remote("git@example.org:a/b.git"), Some(("example.org", Some(22))));
        is(of_remote("https://example.org/a.git"), Some(("example.org", Some(443))));
        for path in ["origin", "../a", "/a:b", "./a:b", "file:///x", "C:/x"] {
            is(of_remote(path), None);
        }
    }
}
