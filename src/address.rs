//! Host and port of an address, as much of it as may be told.

/// Host and port of an `http` or `https` address, without user, path and query; the scheme's own port where none is named.
#[must_use]
pub fn host_and_port(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let usual = match scheme.to_ascii_lowercase().as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host_port = authority.rsplit('@').next()?;
    // An IPv6 address stands in brackets and has colons of its own.
    let (host, port) = match host_port.rfind(']') {
        Some(end) => (host_port.get(..=end)?, host_port.get(end + 1..)?.strip_prefix(':')),
        None => host_port.split_once(':').map_or((host_port, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || host.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let port = match port {
        None | Some("") => usual,
        Some(port) => port.parse().ok()?,
    };
    Some((host.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S0.30: default ports filled; user-info and query dropped.
    #[test]
    fn an_address_is_told_by_host_and_port() {
        let told = |url| host_and_port(url).map(|(host, port)| format!("{host}:{port}"));
        assert_eq!(told("https://Example.org/a?b#c").as_deref(), Some("example.org:443"));
        assert_eq!(told("http://user:pw@example.org:8080/").as_deref(), Some("example.org:8080"));
        assert_eq!(told("http://[::1]:9/x").as_deref(), Some("[::1]:9"));
        assert_eq!(told("http://[::1]").as_deref(), Some("[::1]:80"));
    }

    #[test]
    fn what_is_no_address_is_not_told() {
        for url in ["", "example.org", "ftp://x", "https://", "http://a b/", "http://x:99999/", "http://x:port/"] {
            assert_eq!(host_and_port(url), None, "{url}");
        }
    }
}
