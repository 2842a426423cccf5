//! Fills shapes such as `ghp_{a:36}` at random.

use opencode_swarm_pack::random::Random;

/// A text with one secret in it.
pub struct Sample {
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// The lines of a data file that are no comments.
pub fn lines(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with("# "))
}

/// A line of `contexts.txt` with its shapes filled; the secret stands between `«` and `»`.
pub fn sample(line: &str, random: &mut Random) -> Sample {
    let line = line.replace("\\\\n", "\u{1}").replace("\\n", "\n").replace('\u{1}', "\\n").replace("\\\\\"", "\\\"");
    let (before, rest) = line.split_once('«').unwrap();
    let (secret, after) = rest.split_once('»').unwrap();
    let secret = fill(secret, random);
    let text = format!("{before}{secret}{after}");
    Sample { text, start: before.len(), end: before.len() + secret.len() }
}

/// The shape with every `{set:length}` filled.
pub fn fill(shape: &str, random: &mut Random) -> String {
    let mut filled = String::new();
    let mut rest = shape;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (part, tail) = after.split_once('}').unwrap();
        filled.push_str(&match part {
            "jwt" => jwt(random),
            "pem" => pem(random),
            _ => {
                let (set, length) = part.split_once(':').unwrap();
                chars(set, length.parse().unwrap(), random)
            }
        });
        rest = tail;
    }
    filled + rest
}

fn chars(set: &str, length: usize, random: &mut Random) -> String {
    const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
    const CAPITAL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const DIGITS: &str = "0123456789";
    let alphabet: String = match set {
        "a" => [SMALL, CAPITAL, DIGITS].concat(),
        "z" => [SMALL, CAPITAL].concat(),
        "l" => [SMALL, DIGITS].concat(),
        "u" => [CAPITAL, DIGITS].concat(),
        "w" => [SMALL, CAPITAL, DIGITS, "_-"].concat(),
        "b" => [SMALL, CAPITAL, DIGITS, "+/"].concat(),
        "p" => [SMALL, CAPITAL, DIGITS, "!@#%^*_+=.?-"].concat(),
        "h" => "0123456789abcdef".to_owned(),
        "H" => "0123456789ABCDEF".to_owned(),
        "k" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".to_owned(),
        "d" => DIGITS.to_owned(),
        other => panic!("no set {other}"),
    };
    let bytes = alphabet.as_bytes();
    (0..length).map(|_| char::from(bytes[random.below(bytes.len() as u64) as usize])).collect()
}

fn jwt(random: &mut Random) -> String {
    let header =
        ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9"][random.below(2) as usize];
    format!("{header}.eyJ{}.{}", chars("a", 60, random), chars("w", 43, random))
}

fn pem(random: &mut Random) -> String {
    let label = ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
        [random.below(5) as usize];
    let body: Vec<String> = (0..4).map(|_| chars("b", 64, random)).collect();
    format!("-----BEGIN {label}-----\n{}\n{}=\n-----END {label}-----", body.join("\n"), chars("b", 31, random))
}
