//! The work for each byte is the same whatever a text's length, and whatever it says.

use super::text::work;
use super::{Redactor, Secrets, Settings};

/// What readers look ahead or back for, again and again without an end.
#[rustfmt::skip]
const PARTS: &[&str] = &[
    "password=", "token=\"", "key='", "sk-", "a.token=", "://", "://a:b@", "-----BEGIN RSA PRIVATE KEY-----\n", "eyJhbGciOiJIUzI1NiJ9.", "curl -u ", "curl \\\n", "kind: Secret\n", "kind: Secret\ndata:\n  a: b\n", "[redacted:", "[redacted:x]", "password=[redacted:x]", "Bearer ", "Cookie: ", ":5432:", "1Q~", "AKIA", "$2b$", "\"token\", ", "%3A%2F%2F", "token=,", "<password>", "ghp_", "@", "\\\"", "a", "key=\"", "sk-ant-sk-proj-", "password: |\n", "name=token value=", "kind: Secret\nstringData:\n  token: ghp_", "echo a | sudo -S b ", "machine x login y password z ", "set to ", "password is ", "https://a:b/c", "curl -u a:b \\\n", "1111111111:AA", "%3AAA", "0123456789abcdef", "a+AStb", "%2F", "x.atlasv1.", "<key>Password</key>", "password: ", "ssword=\\\"", "IDENTIFIED BY ", "MTA", "cookie: a=", "Digest a=\"",
];

fn redactor() -> Redactor {
    let settings =
        Settings { patterns: vec!["[a-z]+=[a-z]+!".to_owned(), "abc[a-z]*z".to_owned()], ..Settings::default() };
    let values = ["hunter2 token=", "q7Xk29LmZp4Rt8Vb", "aaaaaaaaaaaaaaaaab", "password=password=x"];
    Redactor::new(&settings, &Secrets::from_values(values)).unwrap()
}

/// Looks at each byte, on average.
fn looks(redactor: &Redactor, text: &str) -> f64 {
    work::take();
    let _ = redactor.redact(text);
    work::take() as f64 / text.len() as f64
}

/// S0.41: a text made to keep every reader busy costs no more for each byte when it is longer.
#[test]
fn hostile_texts_cost_the_same_for_each_byte() {
    let redactor = redactor();
    for part in PARTS {
        let cost = |bytes: usize| looks(&redactor, &part.repeat(bytes / part.len() + 1));
        let (short, long) = (cost(8 << 10), cost(128 << 10));
        // Sixteen times the text: what is not linear costs sixteen times as much.
        assert!(long <= short * 2.5, "{part:?}: {short:.1} looks a byte in 8 KiB, {long:.1} in 128 KiB");
    }
}

/// S0.41: the same for text as it is. (`cargo xtask bench redact` goes on to 10 MiB, by the clock.)
#[test]
fn ordinary_text_costs_the_same_for_each_byte() {
    let redactor = redactor();
    let source = concat!(include_str!("scan.rs"), include_str!("rules.md"), "\nexport API_KEY=q7Xk29LmZp4Rt8Vb0aB1\n");
    let text = source.repeat((1 << 20) / source.len() + 1);
    let costs = [1 << 10, 32 << 10, 1 << 20].map(|bytes| looks(&redactor, &text[..bytes]));
    assert!(costs.iter().all(|cost| *cost < 12.0), "{costs:?}");
}
