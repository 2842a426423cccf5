//! Addresses of receivers.

use crate::config::ReceiverUrl;

#[track_caller]
fn accepts(url: &str) -> ReceiverUrl {
    match ReceiverUrl::try_from(url.to_owned()) {
        Ok(url) => url,
        Err(why) => panic!("{url}: {why}"),
    }
}

#[track_caller]
fn refuses(url: &str, why: &str) {
    assert_eq!(ReceiverUrl::try_from(url.to_owned()), Err(why.to_owned()), "{url}");
}

#[test]
fn plain_http_reaches_this_machine_only() {
    for url in [
        "http://127.0.0.1:18789",
        "http://localhost/",
        "HTTP://LocalHost:1",
        "http://a.localhost?x=1",
        "http://[::1]:4800/webhook/opencode",
        "http://127.9.8.7",
    ] {
        assert!(accepts(url).is_loopback(), "{url}");
    }
    let why = "http:// is for this machine only (localhost, 127.0.0.1, [::1]); use https://";
    for url in [
        "http://example.org",
        "http://10.0.0.1",
        "http://[::2]",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://[::ffff:127.0.0.1]",
    ] {
        refuses(url, why);
    }
}

#[test]
fn private_addresses_are_told_from_public_ones() {
    for url in [
        "https://10.0.0.1",
        "https://172.16.0.1",
        "https://192.168.1.1:444/x",
        "https://169.254.169.254",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://255.255.255.255",
        "https://[fd00::1]",
        "https://[fe80::1]",
        "https://[::]",
        "https://[::ffff:10.0.0.1]",
        "https://[::ffff:127.0.0.1]",
        "https://[ff02::1]",
    ] {
        assert!(accepts(url).is_private(), "{url}");
    }
    for url in [
        "https://ops.example/hook",
        "https://93.184.216.34",
        "https://172.32.0.1",
        "https://[2606:2800::1]",
        "https://127.0.0.1",
        "https://localhost",
    ] {
        assert!(!accepts(url).is_private(), "{url}");
    }
    assert_eq!(accepts("https://[fd00::1]:8443/x").host(), "[fd00::1]");
    assert_eq!(accepts("https://ops_1.example?a").host(), "ops_1.example");
}

#[test]
fn secrets_are_no_part_of_an_address_and_are_not_repeated() {
    let user = "contains a user name or password; leave out what stands before \"@\", and give the secret as ${NAME}";
    for url in ["https://me:hunter2@ops.example", "https://hunter2@ops.example/x", "https://ops.example/@hunter2"] {
        refuses(url, user);
    }
    let query = "has a \"token\" in its query, and addresses are logged; give the secret as ${NAME}";
    for url in
        ["https://ops.example/?token=hunter2", "https://ops.example/x?a=b&Token=hunter2&c", "https://ops.example?token"]
    {
        refuses(url, query);
    }
    refuses(
        "https://ops.example/?x=1&API_KEY=hunter2",
        "has a \"api_key\" in its query, and addresses are logged; give the secret as ${NAME}",
    );
    assert_eq!(accepts("https://ops.example/?tokens=1&mode=token").host(), "ops.example");
}

#[test]
fn what_is_no_address_is_refused() {
    let scheme = "not an address; begin with https:// (or http:// to this machine)";
    for url in [
        "",
        "ops.example",
        "ftp://ops.example",
        "https:/ops.example",
        "file:///etc/passwd",
        "javascript:x",
        "ä",
        "http:",
    ] {
        refuses(url, scheme);
    }
    let host = "the host is neither a name nor an address";
    for url in [
        "https://",
        "https:///x",
        "https://?x",
        "https://:80",
        "https://a..b",
        "https://.a",
        "https://ä.example",
        "https://a%2e.b",
        "https://2130706433",
        "https://127.1",
        "https://0x7f000001",
        "https://1.2.3.4.5",
        "https://0177.0.0.1",
        "https://a.0x1",
        "https://[::1",
        "https://[]",
        "https://[1.2.3.4]",
        "https://[fe80::1%25eth0]",
        "https://a,b",
    ] {
        let refused = ReceiverUrl::try_from(url.to_owned());
        let unclosed = "the bracket of the host is not closed";
        assert!(refused == Err(host.to_owned()) || refused == Err(unclosed.to_owned()), "{url}: {refused:?}");
    }
    for url in [
        "https://a:",
        "https://a:0",
        "https://a:65536",
        "https://a:x",
        "https://a:-1",
        "https://a:+1",
        "https://[::1]x",
        "https://a:1:2",
    ] {
        refuses(url, "the port is not a number from 1 to 65535");
    }
    refuses("https://a/ b", "contains a space, a control character or a backslash");
    refuses("https://a\\b", "contains a space, a control character or a backslash");
    refuses("https://a/\r\nX: y", "contains a space, a control character or a backslash");
    refuses("https://a/#x", "an address of a receiver has no \"#\" part");
    refuses(&format!("https://a/{}", "x".repeat(2048)), "has 2058 bytes; use at most 2048");
}
