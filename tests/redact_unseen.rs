//! Redaction held against secrets it was not made by (S0.41): tokens as their issuers describe them, values that only
//! their surroundings give away, and texts that are near both, each in every place where agents see them.
//!
//! Everything is made at random when the test runs; a failure names the seed's samples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "redact/shapes.rs"]
mod shapes;

use opencode_swarm_pack::random::Random;
use opencode_swarm_pack::redact::{Redactor, Secrets};
use shapes::{fill, lines, sample};

const SEEDS: [u64; 3] = [1_001, 2_002, 3_003];

/// Each kind of carrier with its texts; `@` is the place of the token.
const CARRIERS: [(&str, &[&str]); 6] = [
    ("bare", &["@", "@\n", "- @", "Here it is: @."]),
    (
        "shell",
        &[
            "export VALUE=@",
            "curl -sS https://api.example.org/v1/me -d '@'",
            "deploy --with \"@\" --region eu-west-1",
            "echo @ > /tmp/out && cat /tmp/out",
            "RUN printf '%s' @ >> .npmrc",
        ],
    ),
    (
        "header",
        &[
            "Authorization: Bearer @",
            "X-Custom: @\r\nAccept: */*",
            "-H 'PRIVATE-TOKEN: @'",
            "> x-api-key: @",
            "Authorization: token @",
        ],
    ),
    (
        "JSON",
        &[
            "{\"value\":\"@\"}",
            "{\"a\": {\"b\": [1, \"@\", null]}}",
            "{\"output\":\"first\\n@\\nlast\"}",
            "{\"nested\":\"{\\\"v\\\":\\\"@\\\"}\"}",
        ],
    ),
    (
        "URL query",
        &[
            "https://api.example.org/v2/items?page=2&k=@",
            "GET /callback?state=x1&v=@&next=%2Fhome HTTP/1.1",
            "see <https://example.org/?q=@>",
        ],
    ),
    (
        "log line",
        &[
            "2025-06-01T12:00:00.123Z ERROR [worker-3] request failed with @ after 3 retries",
            "ts=1717243200 level=warn msg=\"bad value\" value=@ n=3",
            "\u{1b}[33mWARN\u{1b}[0m using @ (from config)",
            "E1017 12:00:00.000001   17 main.go:42] got \"@\", want none",
        ],
    ),
];

fn redactor() -> Redactor {
    Redactor::built_in(&Secrets::default())
}

/// One secret in a text.
struct Case {
    text: String,
    start: usize,
    end: usize,
}

fn is_gone(redactor: &Redactor, case: &Case) -> bool {
    redactor.redact(&case.text).redactions.iter().any(|it| it.start <= case.start && it.end >= case.end)
}

/// Where the secret part of a shape lies: the password in a URL with one, else all of it.
fn secret_part(token: &str) -> (usize, usize) {
    let scheme = token.find("://").map(|place| place + 3);
    match (scheme, token.rfind('@')) {
        (Some(scheme), Some(at)) if !token.starts_with("https://contoso") => {
            (scheme + token[scheme..at].find(':').unwrap() + 1, at)
        }
        _ => (0, token.len()),
    }
}

fn percent_encoded(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The token in the carrier, written as a careful program would write it there; `None` where none would stand so.
fn carried(kind: &str, carrier: &str, token: &str) -> Option<Case> {
    let (from, to) = secret_part(token);
    let has_lines = token.contains('\n');
    let has_quotes = token.contains(['"', '\'', '\\']);
    let write = |part: &str| match kind {
        "JSON" if carrier.contains("nested") => part.replace('\n', "\\\\n"),
        "JSON" => part.replace('\n', "\\n"),
        "URL query" => percent_encoded(part),
        _ => part.to_owned(),
    };
    if has_lines && matches!(kind, "header" | "URL query") || has_quotes {
        return None;
    }
    let place = carrier.find('@').unwrap();
    let start = place + write(&token[..from]).len();
    let end = start + write(&token[from..to]).len();
    let text = format!("{}{}{}", &carrier[..place], write(token), &carrier[place + 1..]);
    Some(Case { text, start, end })
}

/// S0.41: of tokens that say what they are, at least 97 in 100 are gone whole, in any carrier.
#[test]
fn tokens_as_issuers_describe_them_are_gone_whole_from_every_carrier() {
    let redactor = redactor();
    for (kind, carriers) in CARRIERS {
        let (mut all, mut left) = (0, Vec::new());
        for seed in SEEDS {
            let mut random = Random::new(seed);
            for line in lines(include_str!("data/redact/issuers.tsv")) {
                let (name, shape) = line.split_once('\t').unwrap();
                for carrier in carriers {
                    let Some(case) = carried(kind, carrier, &fill(shape, &mut random)) else { continue };
                    all += 1;
                    if !is_gone(&redactor, &case) {
                        left.push(format!("{name}: {}", case.text));
                    }
                }
            }
        }
        assert!(all > 1_000 && left.len() * 100 <= all * 3, "{kind}: {} of {all} left: {left:#?}", left.len());
    }
}

/// Names that say secret, in snake case, each with the shapes its values have.
const NAMES: &[(&str, &[&str])] = &[
    ("api_key", &["{h:32}", "{a:40}", "{w:43}"]),
    ("datadog_api_key", &["{h:32}"]),
    ("algolia_admin_key", &["{h:32}"]),
    ("access_token", &["{a:40}", "{w:64}", "{h:64}"]),
    ("vercel_token", &["{a:24}"]),
    ("cloudflare_api_token", &["{w:40}"]),
    ("heroku_api_key", &["{h:8}-{h:4}-{h:4}-{h:4}-{h:12}"]),
    ("aws_secret_access_key", &["{b:40}"]),
    ("client_secret", &["{a:32}", "{w:40}", "{h:64}"]),
    ("webhook_secret", &["{h:40}", "{b:43}="]),
    ("secret_key_base", &["{h:128}"]),
    ("jwt_secret", &["{b:44}", "{a:64}"]),
    ("encryption_key", &["{b:43}=", "{h:64}"]),
    ("signing_key", &["{b:64}"]),
    ("db_password", &["{a:16}", "{p:18}"]),
    ("smtp_password", &["{a:12}", "{p:14}"]),
    ("password", &["{a:10}", "{p:16}", "{a:20}"]),
    ("admin_pass", &["{a:14}"]),
    ("passphrase", &["{a:24}"]),
    ("auth_token", &["{h:32}", "{a:32}"]),
    ("refresh_token", &["{w:60}"]),
    ("private_key", &["{h:64}"]),
    ("session_secret", &["{a:48}"]),
    ("storage_account_key", &["{b:86}=="]),
];

/// How programs write a name and its value: `N` is the name as in `API_KEY`, `n` as in `api_key`, `c` as in `apiKey`,
/// `k` as in `api-key`; `@` is the value.
const PLACES: &[&str] = &[
    "export <N>=@",
    "export <N>='@'",
    "<N>=@ npm run deploy",
    "<N>=@\nPORT=8080",
    "docker run -e <N>=@ -p 80:80 acme/app",
    "ENV <N>=@",
    "<n>: @",
    "  <n>: \"@\"\n  host: db",
    "{\"<c>\":\"@\",\"ttl\":60}",
    "{\"config\":\"{\\\"<n>\\\":\\\"@\\\"}\"}",
    "<n> = \"@\"",
    "const <c> = '@';",
    "let <c> = \"@\"",
    "client = Client(<n>=\"@\")",
    "new Client({ <c>: '@' })",
    "tool login --<k> @",
    "tool login --<k>=@ --yes",
    "java -D<n>=@ -jar app.jar",
    "https://api.example.org/v1?<n>=@&page=2",
    "<k>: @\r\nHost: x",
    "<<n>>@</<n>>",
    "level=debug <n>=@ user=7",
    "set <N>=@",
    "$env:<N> = \"@\"",
    "fly secrets set <N>=@",
    "config.<n> = '@'",
    "config[\"<n>\"] = \"@\"",
    "INFO loaded settings <n>=@, region=eu",
];

fn spelled(template: &str, name: &str) -> String {
    let mut camel = String::new();
    for (place, word) in name.split('_').enumerate() {
        let (first, rest) = word.split_at(1);
        camel.push_str(&if place == 0 { word.to_owned() } else { first.to_uppercase() + rest });
    }
    template
        .replace("<N>", &name.to_uppercase())
        .replace("<n>", name)
        .replace("<c>", &camel)
        .replace("<k>", &name.replace('_', "-"))
}

/// S0.41: of secrets that only their surroundings give away, at least 85 in 100 are gone whole.
#[test]
fn values_of_names_that_say_secret_are_gone_whole_however_they_are_given() {
    let redactor = redactor();
    let (mut all, mut left) = (0, Vec::new());
    for seed in SEEDS {
        let mut random = Random::new(seed);
        let given = NAMES.iter().flat_map(|(name, shapes)| shapes.iter().map(move |shape| (*name, *shape)));
        for (name, shape) in given {
            for place in PLACES {
                let spelled = spelled(place, name);
                let (before, after) = spelled.split_once('@').unwrap();
                let value = fill(shape, &mut random);
                let value = if place.contains('?') { percent_encoded(&value) } else { value };
                // A shell's word and a tag's text have none of these unquoted.
                let is_bare = !before.ends_with(['"', '\'']);
                let value = if is_bare { value.replace(['#', '!', '*', '?', '^'], "x") } else { value };
                let case = Case {
                    text: format!("{before}{value}{after}"),
                    start: before.len(),
                    end: before.len() + value.len(),
                };
                all += 1;
                if !is_gone(&redactor, &case) {
                    left.push(case.text);
                }
            }
        }
        for line in lines(include_str!("data/redact/given.txt")) {
            let it = sample(line, &mut random);
            let case = Case { text: it.text, start: it.start, end: it.end };
            all += 1;
            if !is_gone(&redactor, &case) {
                left.push(case.text);
            }
        }
    }
    assert!(left.len() * 100 <= all * 15, "{} of {all} left: {left:#?}", left.len());
}

/// The text with the shapes between ‹ and › filled; braces are part of it.
fn filled(text: &str, random: &mut Random) -> String {
    let mut parts = text.split('‹');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (shape, after) = part.split_once('›').unwrap();
        filled += &fill(&format!("{{{shape}}}"), random);
        filled += after;
    }
    filled
}

/// S0.41: of texts that are near a secret and are none, at most 15 in 100 are touched.
#[test]
fn texts_near_a_secret_stay() {
    let redactor = redactor();
    let (mut all, mut touched) = (0, Vec::new());
    for seed in SEEDS {
        let mut random = Random::new(seed);
        for line in lines(include_str!("data/redact/nearly.txt")) {
            let text = filled(&line.replace("\\n", "\n"), &mut random);
            all += 1;
            let redacted = redactor.redact(&text);
            if !redacted.redactions.is_empty() {
                touched.push(redacted.text.into_owned());
            }
        }
    }
    assert!(all > 300 && touched.len() * 100 <= all * 15, "{} of {all} touched: {touched:#?}", touched.len());
}
