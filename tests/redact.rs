//! Redaction as those who use it see it (S0.41, S0.42): what must go, what must stay, and what holds for any text.
//!
//! No token stands in the repository: shapes in `tests/data/redact` are filled at random.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "redact/shapes.rs"]
mod shapes;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use opencode_swarm_pack::random::Random;
use opencode_swarm_pack::redact::{Redactor, Secrets, Settings, rule_ids, says_secret};
use proptest::prelude::*;
use shapes::{Sample, lines, sample};

fn redactor() -> &'static Redactor {
    static PLAIN: LazyLock<Redactor> =
        LazyLock::new(|| Redactor::new(&Settings::default(), &Secrets::default()).unwrap());
    &PLAIN
}

fn with(settings: &Settings) -> Redactor {
    Redactor::new(settings, &Secrets::default()).unwrap()
}

fn redacted(text: &str) -> String {
    redactor().redact(text).text.into_owned()
}

/// Where tokens are seen. `@` is the place of the token.
const CARRIERS: &[&str] = &[
    "@",
    "the token @ was printed",
    "(@)",
    "echo @ | tee out.txt",
    "run --with '@' --and more",
    "tool \"@\"",
    "X=@ make",
    "Authorization: Bearer @",
    "curl -H 'X-Thing: @' https://example.com/",
    "X-Thing: @\r\nHost: example.com\r\n",
    "{\"a\":\"@\",\"b\":1}",
    "{\"text\":\"line one\\n@\\nline three\"}",
    "{\"inner\":\"{\\\"a\\\":\\\"@\\\"}\"}",
    "https://example.com/x?q=@&r=2",
    "https://example.com/x?q=@",
    "2024-01-01T00:00:00Z INFO [main] connected with @ in 12 ms",
    "level=info value=@ status=200",
    "\u{1b}[31m@\u{1b}[0m",
    "<value>@</value>",
    "- `@`",
    "a,@,b",
    "+    const x = '@';",
];

#[track_caller]
fn gone(redactor: &Redactor, text: &str, start: usize, end: usize) -> bool {
    redactor.redact(text).redactions.iter().any(|redaction| redaction.start <= start && redaction.end >= end)
}

/// A secret is gone when one replacement covers all of it.
#[track_caller]
fn share_gone(samples: &[(String, Sample)], least: f64) {
    let redactor = redactor();
    let left: Vec<&str> = samples
        .iter()
        .filter(|(_, it)| !gone(redactor, &it.text, it.start, it.end))
        .map(|(name, _)| name.as_str())
        .collect();
    let share = 1.0 - left.len() as f64 / samples.len() as f64;
    assert!(share >= least, "{:.1} % of {} gone; left: {left:#?}", share * 100.0, samples.len());
}

#[test]
fn tokens_that_say_what_they_are_are_gone_whole_from_every_carrier() {
    let mut random = Random::new(41);
    let mut samples = Vec::new();
    for line in lines(include_str!("data/redact/tokens.tsv")) {
        let (name, shape) = line.split_once('\t').unwrap();
        for carrier in CARRIERS.iter().filter(|carrier| shape != "{pem}" || !carrier.contains("://")) {
            let token = shapes::fill(shape, &mut random);
            let is_json = carrier.starts_with('{');
            let token = if is_json {
                token.replace('\n', if carrier.contains("inner") { "\\\\n" } else { "\\n" })
            } else {
                token
            };
            let start = carrier.find('@').unwrap();
            let text = carrier.replace('@', &token);
            samples.push((format!("{name}: {text}"), Sample { text, start, end: start + token.len() }));
        }
    }
    share_gone(&samples, 0.99);
}

#[test]
fn secrets_known_by_their_surroundings_are_gone_whole() {
    let mut random = Random::new(42);
    let mut samples = Vec::new();
    for line in lines(include_str!("data/redact/contexts.txt")) {
        for _ in 0..8 {
            let it = sample(line, &mut random);
            samples.push((it.text.clone(), it));
        }
    }
    share_gone(&samples, 0.95);
}

#[test]
fn near_misses_stay() {
    let redactor = redactor();
    let all: Vec<String> = lines(include_str!("data/redact/near.txt")).map(|line| line.replace("\\n", "\n")).collect();
    let touched: Vec<String> = all
        .iter()
        .map(|line| redactor.redact(line))
        .filter(|it| !it.redactions.is_empty())
        .map(|it| it.text.into_owned())
        .collect();
    assert!(touched.len() * 100 <= all.len() * 2, "{} of {} touched: {touched:#?}", touched.len(), all.len());
}

/// Text as agents read and write it all day: sources, logs, changes, lock files, pages.
fn ordinary_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/data/redact/ordinary", "tests/data/golden", "tests/data/host-1.18.33"];
    let in_folders = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).into_iter().flatten())
        .map(|entry| entry.unwrap().path());
    in_folders.chain([root.join("Cargo.lock")]).collect()
}

#[test]
fn ordinary_text_comes_through_byte_for_byte() {
    let redactor = redactor();
    let files = ordinary_files();
    assert!(files.len() >= 9, "only {} files", files.len());
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let redacted = redactor.redact(&text);
        let hits: Vec<&str> = redacted.redactions.iter().map(|it| &text[it.start..it.end]).collect();
        assert!(matches!(redacted.text, Cow::Borrowed(_)), "{}: {hits:?}", file.display());
    }
}

#[test]
fn hashes_ids_and_images_stay_whatever_they_are_made_of() {
    let redactor = redactor();
    let mut random = Random::new(43);
    let shapes = [
        "commit {h:40}",
        "{h:64}  file.tar.gz",
        "{h:8}-{h:4}-4{h:3}-a{h:3}-{h:12}",
        "sha512-{b:86}==",
        "sha256:{h:64}",
        "data:image/png;base64,iVBORw0KGgo{b:2000}==",
        "url(data:font/woff2;base64,d09GMgAB{b:4000})",
        "/tmp/build-{a:12}/out/{h:16}.o",
        "integrity sha512-{b:86}==",
        "resolved \"https://registry.example/x/-/x-{d:1}.{d:1}.{d:1}.tgz#{h:40}\"",
        "id={a:24}",
        "\"hash\": \"{h:64}\"",
        "etag: W/\"{h:32}\"",
        "#{h:6}",
        "0x{h:40}",
        "h1:{b:43}=",
        "ses_{a:26}",
        "rev {h:12}",
        "{u:26}",
        "<script integrity=\"sha384-{b:64}\">",
        "index {h:7}..{h:7} 100644",
        "build {d:12}",
        "version {d:2}.{d:2}.{d:3}",
        "digest: {h:40}",
        "uuid: {h:8}-{h:4}-{h:4}-{h:4}-{h:12}",
        "\"key\": \"{h:40}\"",
        "cache-{a:16}",
        "trace_id={h:32} span_id={h:16}",
    ];
    for shape in shapes {
        for _ in 0..20 {
            let text = shapes::fill(shape, &mut random);
            assert_eq!(redactor.redact(&text).text, text);
        }
    }
}

const VALUE: &str = "aq/Zr+81 \"mK&é\\x9=";

#[test]
fn values_of_the_environment_are_gone_in_every_form() {
    let secrets = Secrets::from_environment([
        ("MY_TOKEN", VALUE),
        ("HOME", "/home/somebody"),
        ("SHORT_TOKEN", "abc1234"),
        ("KEY_PATH", "visible-value"),
    ]);
    assert_eq!(secrets.len(), 1);
    let redactor = Redactor::new(&Settings::default(), &secrets).unwrap();
    let json = serde_json::to_string(VALUE).unwrap();
    let twice = serde_json::to_string(&json).unwrap();
    let inside = |text: &str| text[1..text.len() - 1].to_owned();
    for form in [
        VALUE.to_owned(),
        inside(&json),
        inside(&inside(&twice).replace("\\\"", "\"")).replace('"', "\\\""),
        "aq%2FZr%2B81%20%22mK%26%C3%A9%5Cx9%3D".to_owned(),
        "aq%2fZr%2b81%20%22mK%26%c3%a9%5cx9%3d".to_owned(),
        "aq%2FZr%2B81+%22mK%26%C3%A9%5Cx9%3D".to_owned(),
        "aq\\/Zr+81 \\\"mK\\u0026\\u00e9\\\\x9=".to_owned(),
    ] {
        let text = format!("before {form} after");
        assert_eq!(redactor.redact(&text).text, "before [redacted:environment] after", "{form}");
    }
    for prefix in ["", "a", "ab", "abc", "user:", "{\"x\":\""] {
        for suffix in ["", "z", "yz", "xyz"] {
            let plain = format!("{prefix}{VALUE}{suffix}");
            for is_url in [false, true] {
                let encoded = base64(plain.as_bytes(), is_url);
                let redacted = redactor.redact(&encoded);
                assert_eq!(redacted.redactions.len(), 1, "{encoded}");
                // What is left says nothing of the value: the bytes before it and behind it.
                let left = redacted.text.replace("[redacted:environment]", "");
                assert!(left.len() <= (prefix.len() + suffix.len() + 2) * 4 / 3 + 4, "{left} of {encoded}");
            }
        }
    }
    assert!(!format!("{secrets:?} {redactor:?}").contains("Zr"));
    assert_eq!(redactor.redact("/home/somebody abc1234 visible-value").text, "/home/somebody abc1234 visible-value");
}

fn base64(bytes: &[u8], is_url: bool) -> String {
    let alphabet: Vec<char> =
        ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(if is_url { ['-', '_'] } else { ['+', '/'] }).collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().enumerate().fold(0_u32, |bits, (place, byte)| bits | u32::from(*byte) << (16 - 8 * place));
        for place in 0..4 {
            text.push(if place <= group.len() { alphabet[(bits >> (18 - 6 * place) & 63) as usize] } else { '=' });
        }
    }
    if is_url { text.trim_end_matches('=').to_owned() } else { text }
}

#[test]
fn a_key_of_several_lines_is_gone_line_by_line() {
    let mut random = Random::new(5);
    let key = shapes::fill("{pem}", &mut random);
    let redactor =
        Redactor::new(&Settings::default(), &Secrets::from_environment([("DEPLOY_PRIVATE_KEY", key.as_str())]))
            .unwrap();
    for line in key.lines().filter(|line| !line.starts_with("-----")).take(4) {
        assert_eq!(redactor.redact(&format!("    {line},")).text, "    [redacted:environment],");
    }
}

#[test]
fn texts_made_to_match_a_value_nearly_cost_no_more_and_hide_no_less() {
    let value = format!("{}b{}", "a".repeat(4000), "a".repeat(4000));
    let redactor = Redactor::new(&Settings::default(), &Secrets::from_values([value.clone()])).unwrap();
    let text = format!("{} {value}", "a".repeat(400_000));
    let redacted = redactor.redact(&text);
    assert!(redacted.redactions.iter().any(|it| it.end == text.len()));
}

#[test]
fn private_keys_are_gone_in_every_dress() {
    let mut random = Random::new(9);
    for _ in 0..20 {
        let key = shapes::fill("{pem}", &mut random);
        let body: Vec<&str> = key.lines().filter(|line| !line.starts_with("-----")).collect();
        let dresses = [
            key.clone(),
            key.replace('\n', "\r\n"),
            key.replace('\n', "\\n"),
            key.replace('\n', "\\\\n"),
            key.replace('\n', " "),
            key.replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B"),
            key.lines().map(|line| format!("      {line}\n")).collect(),
            key.lines().map(|line| format!("> {line}\n")).collect(),
            key.lines().map(|line| format!("+{line}\n")).collect(),
            key.lines().map(|line| format!("  \"{line}\\n\" +\n")).collect(),
            key[..key.len() - 60].to_owned(),
            key[..key.len() / 2].to_owned(),
            key[..key.len() / 2].replace('\n', "\\n"),
        ];
        for dress in dresses {
            let text = format!("before\n{dress}\nafter");
            let redacted = redacted(&text);
            assert!(redacted.contains("[redacted:private-key]") && redacted.starts_with("before"), "{redacted}");
            assert!(!body.iter().any(|line| redacted.contains(&line[..12])), "{text}\n->\n{redacted}");
        }
    }
}

#[test]
fn what_is_allowed_stays() {
    let settings = Settings {
        allow: vec!["hunter2hunter2".to_owned(), "https://me:test-1234@db.example/".to_owned()],
        ..Settings::default()
    };
    let redactor = with(&settings);
    for text in ["password=hunter2hunter2", "--password hunter2hunter2 x", "see https://me:test-1234@db.example/ there"]
    {
        assert_eq!(redactor.redact(text).text, text);
    }
    assert_eq!(redactor.redact("password=hunter2hunter2x").text, "password=[redacted:password]");
    assert_eq!(
        redactor.redact("https://me:test-1234@other.example/").text,
        "https://me:[redacted:url-password]@other.example/"
    );
}

#[test]
fn patterns_of_the_configuration_are_followed() {
    let pattern = |source: &str, text: &str| {
        with(&Settings { patterns: vec![source.to_owned()], ..Settings::default() }).redact(text).text.into_owned()
    };
    assert_eq!(pattern("acme-[0-9a-f]{8}", "x acme-0123abcd y acme-01"), "x [redacted:custom] y acme-01");
    assert_eq!(pattern("acme_[a-z]+X", "acme_abcX acme_abc"), "[redacted:custom] acme_abc");
    assert_eq!(pattern("emp-\\d{3,5}", "emp-12 emp-123 emp-123456"), "emp-12 [redacted:custom] [redacted:custom]6");
    assert_eq!(pattern("\\bid:\\w+\\b", "id:abc xid:abc"), "[redacted:custom] xid:abc");
    assert_eq!(pattern("(?i)corp-[a-f]+", "CORP-ABC corp-abc"), "[redacted:custom] [redacted:custom]");
    assert_eq!(pattern("\\d{3}-\\d{2}-\\d{4}", "n 123-45-6789."), "n [redacted:custom].");
    assert_eq!(pattern("[A-Z]{2}\\d{6}", "é AB123456é"), "é [redacted:custom]é");
    assert_eq!(pattern("geheim: .*", "geheim: a b c\nnext"), "[redacted:custom]\nnext");
    assert_eq!(pattern("schlüssel=[^;]*", "schlüssel=äöü;x"), "[redacted:custom];x");
    assert_eq!(pattern("a\\.b\\*c", "a.b*c axbbc"), "[redacted:custom] axbbc");
    assert_eq!(pattern("xyz-?[]a-c-]{2}", "xyza] xyz-b- xyzd"), "[redacted:custom] [redacted:custom] xyzd");
}

#[test]
fn bad_patterns_are_errors_that_name_them() {
    for (source, message) in [
        (
            "(a|b)",
            "redact pattern 2 (\"(a|b)\"): groups, alternatives and anchors are not part of the language; write \"\\(\" for the character",
        ),
        ("abc[", "redact pattern 2 (\"abc[\"): a \"[\" is not closed"),
        ("*abc", "redact pattern 2 (\"*abc\"): \"*\" has nothing before it to repeat; write \"\\*\" for the character"),
        ("abc{3", "redact pattern 2 (\"abc{3\"): a \"{\" is not followed by a count like {8}, {8,} or {8,64}"),
        ("abc{5,2}", "redact pattern 2 (\"abc{5,2}\"): a \"{\" is not followed by a count like {8}, {8,} or {8,64}"),
        (
            "abc{9999}",
            "redact pattern 2 (\"abc{9999}\"): it is longer than 256 characters when its counts are written out",
        ),
        ("a*", "redact pattern 2 (\"a*\"): it matches nothing at all"),
        ("", "redact pattern 2 (\"\"): it matches nothing at all"),
        ("abc\\", "redact pattern 2 (\"abc\\\\\"): it ends with \"\\\""),
        ("abc\\q", "redact pattern 2 (\"abc\\\\q\"): \"\\q\" has no meaning"),
        ("abc[z-a]", "redact pattern 2 (\"abc[z-a]\"): the range in \"[z-…\" has no end behind its begin"),
    ] {
        let settings = Settings { patterns: vec!["fine-[a-z]+".to_owned(), source.to_owned()], ..Settings::default() };
        assert_eq!(Redactor::new(&settings, &Secrets::default()).unwrap_err().to_string(), message);
    }
}

#[test]
fn arguments_called_sensitive_are_gone_whole() {
    let arguments = vec![("mytool".to_owned(), vec!["code".to_owned()]), ("*".to_owned(), vec!["Ssn".to_owned()])];
    let redactor = with(&Settings { arguments, ..Settings::default() });
    let argument = |tool: &str, name: &str, value: &str| redactor.redact_argument(tool, name, value).text.into_owned();
    assert_eq!(argument("mytool", "code", "plain words"), "[redacted:argument]");
    assert_eq!(argument("other", "code", "plain words"), "plain words");
    assert_eq!(argument("other", "ssn", "123"), "[redacted:argument]");
    assert_eq!(argument("other", "apiKey", "q7Xk29LmZp4Rt8Vb"), "[redacted:key]");
    assert_eq!(argument("other", "password", "hunter22"), "[redacted:password]");
    assert_eq!(argument("other", "password", "$PASSWORD"), "$PASSWORD");
    assert_eq!(argument("bash", "command", "mysql -pS3cr3tPw x"), "mysql -p[redacted:password] x");
    assert_eq!(argument("mytool", "code", "[redacted:argument]"), "[redacted:argument]");
    assert_eq!(argument("mytool", "code", ""), "");
}

#[test]
fn names_are_asked_from_outside() {
    assert!(says_secret("NPM_TOKEN") && says_secret("x-api-key") && !says_secret("max_tokens"));
}

#[test]
fn rules_say_why() {
    let redactor = redactor();
    let text = "Authorization: Bearer 0123abcd4567efgh, password=hunter22";
    let redacted = redactor.redact(text);
    assert_eq!(redacted.rules(), ["authorization", "password"]);
    assert!(redacted.rules().iter().all(|rule| rule_ids().contains(rule)));
}

#[test]
fn bytes_that_are_no_text_are_read_as_far_as_they_are() {
    let redacted = redactor().redact_bytes(b"\xff password=hunter22 \xfe").text.into_owned();
    assert_eq!(redacted, "\u{fffd} password=[redacted:password] \u{fffd}");
}

/// Words that mean something to the engine, in any order, with tokens and replacements among them.
fn hostile() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "password",
        "token",
        "api_key",
        "Authorization",
        "Cookie",
        "Bearer ",
        "Basic ",
        "secret",
        "key",
        "kind: Secret\n",
        "data:\n",
        "stringData:\n  a: ",
        "=",
        ":",
        ": ",
        " ",
        "\n",
        "\\n",
        "\"",
        "'",
        "`",
        "\\\"",
        "\\",
        ",",
        ";",
        "&",
        "?",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "%3D",
        "%22",
        "%3A%2F%2F",
        "://",
        "@",
        "#",
        "--",
        "-p",
        " -p",
        " -u ",
        "curl ",
        "mysql ",
        "login ",
        "$",
        "${",
        "[redacted:",
        "[redacted:x]",
        "[redacted:password]",
        "redacted",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA7q0Zx1",
        "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abcdefgh",
        "ghp_",
        "sk-",
        "AKIA",
        "hunter2",
        "q7Xk29LmZp4Rt8Vb",
        "0123456789abcdef0123456789abcdef",
        "é",
        "\u{1f511}",
        "\u{1b}[31m",
        "|",
        "value",
        "name",
        "is ",
        "x",
        ".",
        "/",
        "!",
        "5432",
        ":5432:",
        "1Q~",
        "$2b$10$",
        "user:pass@host",
        "IDENTIFIED BY '",
        "https://",
        "hooks.slack.com/services/",
        "string",
        " = ",
    ]);
    let part = prop_oneof![6 => words.prop_map(str::to_owned), 1 => "[ -~]{0,12}", 1 => any::<String>()];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_changes_nothing(text in hostile()) {
        static FULL: LazyLock<Redactor> = LazyLock::new(|| {
            let settings = Settings { patterns: vec!["x[a-z=\\[]+".to_owned(), "\\d{4,}".to_owned()], ..Settings::default() };
            Redactor::new(&settings, &Secrets::from_values(["hunter2 token=", "q7Xk29LmZp4Rt8Vb", "\"secret\":8"])).unwrap()
        });
        let redactor = &*FULL;
        let once = redactor.redact(&text).text.into_owned();
        let twice = redactor.redact(&once).text.into_owned();
        prop_assert_eq!(&twice, &once, "of {:?}", text);
    }

    #[test]
    fn offsets_are_those_of_the_input(text in hostile()) {
        let redacted = redactor().redact(&text).clone();
        let mut built = String::new();
        let mut from = 0;
        for it in &redacted.redactions {
            prop_assert!(it.start >= from && it.start < it.end && text.is_char_boundary(it.start) && text.is_char_boundary(it.end));
            built.push_str(&text[from..it.start]);
            built.push_str(&format!("[redacted:{}]", it.rule));
            from = it.end;
        }
        built.push_str(&text[from..]);
        prop_assert_eq!(built, redacted.text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let redactor = redactor();
        let redacted = redactor.redact_bytes(&bytes);
        prop_assert!(redacted.redactions.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }

    #[test]
    fn a_value_of_the_environment_is_never_left(value in "[!-Z^-~]{8,40}", text in hostile(), other in hostile()) {
        // A replacement that somebody wrote into the text before is not touched, so none may begin here.
        let (text, other) = (text.replace('[', ""), other.replace('[', ""));
        let redactor = Redactor::new(&Settings::default(), &Secrets::from_values([value.as_str()])).unwrap();
        if !redactor.redact(&value).redactions.is_empty() {
            let redacted = redactor.redact(&format!("{text}{value}{other}")).text.into_owned();
            prop_assert!(!redacted.replace("[redacted:environment]", "").contains(&value), "{}", redacted);
        }
    }
}
