//! Addresses of receivers: exactly as much of a URL as is needed to refuse the wrong ones.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::text::{ensure, text};

text! {
    /// Where a callback is sent: `https://host[:port][/path][?query]`, or `http://` to this machine only.
    ///
    /// No user name, password, or token is part of it: addresses stand in events and logs.
    ReceiverUrl, check: check, pattern: r"^https?://[^\s\\@#\u0000-\u001f\u007f-\u009f]+$", bytes_max: super::limits::URL_BYTES_MAX
}

/// Query names that carry secrets at usual receivers.
const SECRET_PARAMETERS: [&str; 8] =
    ["token", "access_token", "auth_token", "api_key", "apikey", "key", "secret", "password"];

impl ReceiverUrl {
    /// OpenClaw's gateway where it usually listens.
    pub(super) fn openclaw() -> Self {
        Self("http://127.0.0.1:18789".to_owned())
    }

    /// The `opencode` source of OrgLoop where it usually listens.
    pub(super) fn orgloop() -> Self {
        Self("http://127.0.0.1:4800/webhook/opencode".to_owned())
    }

    /// The host as it is written, IPv6 in brackets.
    pub fn host(&self) -> &str {
        split(self.as_str()).map(|parts| parts.host).unwrap_or_default()
    }

    /// Whether it names this machine: `localhost`, `*.localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Whether it is the address of a private network (or of none): neither this machine nor the open internet.
    /// Of a name only its look-up, when something is sent, can tell.
    pub fn is_private(&self) -> bool {
        let host = self.host();
        let private = ipv4(host).map(is_private_v4).or_else(|| ipv6(host).map(is_private_v6));
        !is_loopback(host) && private.unwrap_or(false)
    }
}

struct Parts<'u> {
    is_plain: bool,
    host: &'u str,
    port: Option<&'u str>,
    query: Option<&'u str>,
}

/// Takes an address apart; the sentence says what it lacks.
fn split(url: &str) -> Result<Parts<'_>, String> {
    let (is_plain, rest) = match (strip_scheme(url, "http://"), strip_scheme(url, "https://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => {
            return Err("not an address; begin with https:// (or http:// to this machine)".to_owned());
        }
    };
    let authority_bytes = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_bytes);
    let host_bytes = match (authority.starts_with('['), authority.find(']')) {
        (true, Some(end)) => end + 1,
        (true, None) => return Err("the bracket of the host is not closed".to_owned()),
        (false, _) => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(host_bytes);
    let query = tail.split_once('?').map(|(_, query)| query);
    Ok(Parts { is_plain, host, port: (!port.is_empty()).then_some(port), query })
}

fn strip_scheme<'u>(url: &'u str, scheme: &str) -> Option<&'u str> {
    url.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).and_then(|_| url.get(scheme.len()..))
}

fn check(url: &str) -> Result<(), String> {
    let is_clean = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
    ensure(url.chars().all(is_clean), || "contains a space, a control character or a backslash".to_owned())?;
    ensure(!url.contains('#'), || "an address of a receiver has no \"#\" part".to_owned())?;
    // Anywhere, not only before the host: an "@" in a path has no use here, and no reader of addresses can disagree.
    ensure(!url.contains('@'), || {
        "contains a user name or password; leave out what stands before \"@\", and give the secret as ${NAME}"
            .to_owned()
    })?;
    let parts = split(url)?;
    check_host(parts.host)?;
    check_port(parts.port)?;
    check_query(parts.query)?;
    ensure(!parts.is_plain || is_loopback(parts.host), || {
        "http:// is for this machine only (localhost, 127.0.0.1, [::1]); use https://".to_owned()
    })
}

fn check_host(host: &str) -> Result<(), String> {
    let name_fits = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // A last part of digits makes a URL reader take the whole for an IPv4 address, in forms few people read.
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x");
    let is_name = host.split('.').all(name_fits) && !is_number;
    ensure(is_name || ipv4(host).is_some() || ipv6(host).is_some(), || {
        "the host is neither a name nor an address".to_owned()
    })
}

fn check_port(port: Option<&str>) -> Result<(), String> {
    let Some(port) = port else { return Ok(()) };
    let digits = port.strip_prefix(':').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse::<u16>().ok());
    ensure(number.is_some_and(|number| number > 0), || "the port is not a number from 1 to 65535".to_owned())
}

fn check_query(query: Option<&str>) -> Result<(), String> {
    let names = query.unwrap_or_default().split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    for name in names {
        if let Some(name) = SECRET_PARAMETERS.iter().find(|secret| secret.eq_ignore_ascii_case(name)) {
            return Err(format!(
                "has a \"{name}\" in its query, and addresses are logged; give the secret as ${{NAME}}"
            ));
        }
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    let is_name = name == "localhost" || name.ends_with(".localhost");
    is_name || ipv4(host).is_some_and(|address| address.is_loopback()) || ipv6(host) == Some(Ipv6Addr::LOCALHOST)
}

fn ipv4(host: &str) -> Option<Ipv4Addr> {
    host.parse().ok()
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, _, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_nowhere = a == 0 || a >= 224;
    address.is_private() || address.is_link_local() || address.is_loopback() || is_shared || is_nowhere
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4() {
        return is_private_v4(inner);
    }
    address.is_unique_local() || address.is_unicast_link_local() || address.is_multicast()
}
