//! What a name says about its value. Names are told by their words: `max_tokens` counts, `GITHUB_TOKEN` is one.

use super::words::{is, is_one_of, words};

/// The kinds of secrets that names speak of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Says {
    /// A password. May be an ordinary word.
    Password,
    /// A secret made by a machine.
    Secret,
    /// A token.
    Token,
    /// A key whose other words make it a secret one.
    Key,
    /// Credentials.
    Credential,
    /// The header `Authorization`, or one like it.
    Authorization,
    /// The header `Cookie` or `Set-Cookie`.
    Cookie,
    /// What signs a URL or a request.
    Signature,
    /// A word that often names something harmless (`key`, `auth`): only a random value is a secret there.
    Hint,
}

impl Says {
    /// The rule that takes values of such names.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Secret => "secret",
            Self::Token => "token",
            Self::Key | Self::Hint => "key",
            Self::Credential => "credential",
            Self::Authorization => "authorization",
            Self::Cookie => "cookie",
            Self::Signature => "signature",
        }
    }
}

/// Every name that speaks of a secret has one of these in it, in any case of letters.
pub const STEMS: [&str; 15] = [
    "pass", "pwd", "psw", "secret", "token", "key", "cred", "auth", "cookie", "sig", "hmac", "jwt", "bearer", "_pat",
    "mnemonic",
];

/// The same for the shim, which asks about the names of variables: each that [`says_secret`] has one of these in it.
#[cfg(test)]
pub const SECRET_STEMS: &[&str] = &[
    "pass", "pwd", "psw", "secret", "token", "key", "cred", "auth", "cookie", "sig", "hmac", "jwt", "bearer", "pat",
    "mnemonic", "login",
];

/// Names that have a stem in them, hold no secret, and are in nearly every environment: the shim need not ask about them.
#[cfg(test)]
pub const NO_SECRETS: &[&str] = &["PATH", "PWD", "OLDPWD", "SSH_AUTH_SOCK"];

/// Whether a variable, field, header or flag of this name holds a secret: `API_KEY`, `github-token`, `dbPassword`,
/// `client.secret`; not `max_tokens`, `keyboard`, `PUBLIC_KEY`, `SSH_AUTH_SOCK`.
#[must_use]
pub fn says_secret(name: &str) -> bool {
    match classify(name.as_bytes()) {
        None => false,
        Some(Says::Hint) => is_screaming(name.as_bytes()) && name.contains('_'),
        Some(_) => true,
    }
}

/// Words that may follow the word that tells (`SECRET_KEY_BASE`, `API_KEY_PROD`).
const AFTERWARDS: &[&str] = words! {
    admin b64 backup base base64 confirm confirmation current default dev development encoded env live main new old
    plain primary prod production raw read readonly ro root rw sandbox secondary stage staging str test testing user
    val value write
};

const PASSWORDS: &[&str] = words! {
    password passwd passwort passphrase passcode pwd pswd psw passwrd pass userpass dbpass requirepass masterauth storepass keypass
};

const SECRETS: &[&str] = words! {
    secret mnemonic clientsecret appsecret sharedsecret
};

const TOKENS: &[&str] = words! {
    token jwt bearer apitoken authtoken accesstoken refreshtoken
};

const KEYS: &[&str] = words! {
    apikey accesskey accountkey authkey secretkey privatekey signingkey masterkey encryptionkey sharedkey licensekey
    sshkey subscriptionkey sharedaccesskey passkey appkey
};

const CREDENTIALS: &[&str] = words! {
    credential credentials cred creds
};

/// Before `key`: a secret one.
const SECRET_KEYS: &[&str] = words! {
    access account activation admin api app application auth client consumer crypto cipher deploy deployment encrypt
    encryption decryption functions hmac ingest integration jwt license licence master merchant private root secret
    service session shared signing sign ssh storage subscription webhook rsa aes pgp gpg ssl tls wg preshared

};

/// Before `key`: everybody may know it.
const OPEN_KEYS: &[&str] = words! {
    public pub publishable primary foreign sort partition cache row hash map object index unique composite react
    range group join natural idempotency translation i18n registry event shortcut arrow enter hot lookup dedupe
    shard query message prop field column on no is has any each data parent node item list sentinel surrogate
    candidate config menu locale label tag dict entry routing bucket s3 state up down press
};

/// Before `token`: a word of a language, a mark of a model, a place in a list.
const OPEN_TOKENS: &[&str] = words! {
    next prev previous page pagination continuation cancellation cancel stop eos bos pad unk sep cls mask special
    end start syntax design per last first peek is has no use max min num lex lexer keyword ident identifier punct
    comment whitespace fencing by show
};

/// Before `password`, `secret`: a question about it, not the thing.
const ABOUT: &[&str] = words! {
    is has no show hide use needs requires require required forgot toggle to
};

/// Before `pat`: a personal access token, not a pattern.
const FORGES: &[&str] = words! {
    gh github gitlab gl azure ado devops git system databricks airtable snowflake
};

/// What the name says; `None` when it speaks of no secret.
pub fn classify(name: &[u8]) -> Option<Says> {
    if [&b"PWD"[..], b"OLDPWD"].contains(&name) {
        return None;
    }
    let (mut last, mut rest) = last_word(name)?;
    while is_afterwards(last) {
        let Some(before) = last_word(rest) else { break };
        (last, rest) = before;
    }
    let last = without_digits(last);
    let previous = last_word(rest).map(|(word, _)| without_digits(word));
    let one_of = |list: &[&str]| is_one_of(last, list);
    let after = |list: &[&str]| previous.is_some_and(|word| is_one_of(word, list));
    let ends =
        |end: &str| last.len() > end.len() && last.get(last.len() - end.len()..).is_some_and(|tail| is(tail, end));

    if one_of(PASSWORDS) || ends("password") || ends("passwd") || ends("passphrase") {
        (!after(ABOUT)).then_some(Says::Password)
    } else if one_of(SECRETS) || ends("secret") {
        (!after(ABOUT)).then_some(Says::Secret)
    } else if is(last, "secrets") {
        Some(Says::Hint)
    } else if one_of(TOKENS) || ends("token") {
        (!after(OPEN_TOKENS)).then_some(Says::Token)
    } else if is(last, "pat") {
        previous.map(|word| if is_one_of(word, FORGES) { Says::Token } else { Says::Hint })
    } else if one_of(KEYS) || ends("apikey") || ends("secretkey") || ends("accesskey") || ends("privatekey") {
        Some(Says::Key)
    } else if is(last, "key") {
        key(after(SECRET_KEYS), after(OPEN_KEYS))
    } else if one_of(CREDENTIALS) {
        (!after(&["amz", "goog"])).then_some(Says::Credential)
    } else if is(last, "authorization") {
        Some(Says::Authorization)
    } else if is(last, "cookie") {
        Some(if previous.is_none_or(|word| is(word, "set")) { Says::Cookie } else { Says::Hint })
    } else if is(last, "auth") {
        Some(if previous.is_some() && is_screaming(name) { Says::Credential } else { Says::Hint })
    } else if is_one_of(last, &["signature", "sig", "hmac"]) {
        Some(Says::Signature)
    } else if is(last, "login") && after(&["sonar"]) {
        Some(Says::Token)
    } else if is(last, "id") && after(&["secret"]) {
        Some(Says::Secret)
    } else if is(last, "hash") && after(PASSWORDS) {
        Some(Says::Password)
    } else {
        None
    }
}

const fn key(is_secret: bool, is_open: bool) -> Option<Says> {
    match (is_secret, is_open) {
        (true, _) => Some(Says::Key),
        (false, true) => None,
        (false, false) => Some(Says::Hint),
    }
}

/// Whether the name is written as environment variables are.
pub fn is_screaming(name: &[u8]) -> bool {
    name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase)
}

/// Whether the name speaks of passwords, which may be short and made of letters.
pub const fn is_password(says: Says) -> bool {
    matches!(says, Says::Password)
}

/// Whether the word before a lone `key` makes it a secret one, as in "API key".
pub fn makes_key_secret(word: &[u8]) -> bool {
    is_one_of(word, SECRET_KEYS)
}

/// The last word of a name in snake, kebab, camel or dotted spelling, and what stands before it.
fn last_word(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = |place: usize| name.get(place).copied().unwrap_or(0);
    let end = name.iter().rposition(u8::is_ascii_alphanumeric)? + 1;
    let mut start = end - 1;
    while start > 0 && at(start - 1).is_ascii_alphanumeric() && !begins_word(at(start - 1), at(start), at(start + 1)) {
        start -= 1;
    }
    Some((name.get(start..end)?, name.get(..start)?))
}

/// Whether a new word begins with the second of three characters: at a capital behind a small letter (`apiKey`), or
/// before one (`APIKey`, `oauth2Token`).
const fn begins_word(before: u8, first: u8, next: u8) -> bool {
    first.is_ascii_uppercase()
        && (before.is_ascii_lowercase()
            || ((before.is_ascii_digit() || before.is_ascii_uppercase()) && next.is_ascii_lowercase()))
}

fn is_afterwards(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
        || (word.first().is_some_and(|first| first | 0x20 == b'v')
            && word.get(1..).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit)))
        || is_one_of(word, AFTERWARDS)
}

fn without_digits(word: &[u8]) -> &[u8] {
    let end = word.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(word.len(), |last| last + 1);
    word.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "API_KEY",
            "api-key",
            "apiKey",
            "api.key",
            "ApiKey",
            "APIKey",
            "apikey",
            "x-api-key",
            "GITHUB_TOKEN",
            "github-token",
            "accessToken",
            "password",
            "db_password",
            "dbPassword",
            "DB_PASS",
            "MYSQL_PWD",
            "clientSecret",
            "client_secret",
            "SECRET_KEY_BASE",
            "AWS_SECRET_ACCESS_KEY",
            "credentials",
            "GOOGLE_CREDENTIALS",
            "passphrase",
            "privateKey",
            "GH_PAT",
            "OPENAI_KEY",
            "STRIPE_SECRET",
            "sonar.login.password",
            "_authToken",
            "BASIC_AUTH",
            "password2",
            "API_KEY_PROD",
            "Authorization",
            "proxy-authorization",
            "set-cookie",
            "webhookSecret",
            "secret_id",
            "PGPASSWORD",
            "authtoken",
            "JWT",
        ] {
            assert!(says_secret(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_sound_like_secrets_are_left() {
        for name in [
            "token_count",
            "max_tokens",
            "maxTokens",
            "tokenizer",
            "tokens",
            "keyboard",
            "monkey",
            "author",
            "passthrough",
            "SSH_AUTH_SOCK",
            "PUBLIC_KEY",
            "public-key",
            "publicKey",
            "primary_key",
            "foreignKey",
            "cache_key",
            "PWD",
            "OLDPWD",
            "compass",
            "bypass",
            "passed",
            "passenger",
            "hotkey",
            "keyword",
            "keys",
            "secretary",
            "authored",
            "authenticate",
            "token_type",
            "password_file",
            "PASSWORD_STORE_DIR",
            "key_id",
            "AWS_ACCESS_KEY_ID",
            "nextToken",
            "pageToken",
            "eos_token",
            "GIT_ASKPASS",
            "SSH_ASKPASS",
            "XAUTHORITY",
            "tokenUrl",
            "secretName",
            "isToken",
            "hasPassword",
            "showPassword",
            "keyCode",
            "session_id",
            "path",
            "PATH",
            "signal",
            "design",
            "cookies",
            "credit",
            "",
            "_",
            "-",
            "passwordless",
            "key",
        ] {
            assert!(!says_secret(name), "{name}");
        }
    }

    #[test]
    fn what_the_shim_does_not_ask_about_holds_no_secret() {
        for name in NO_SECRETS {
            assert!(!says_secret(name), "{name}");
        }
    }

    proptest::proptest! {
        /// S0.27: the shim asks about no other names, so a stem that is missing would be a secret that is not redacted.
        #[test]
        fn names_of_secrets_have_a_stem_in_them(picked in proptest::collection::vec((0..WORDS.len(), "[-_. ]?[0-9]?"), 1..4), case in 0..3) {
            let mut name: String = picked.iter().flat_map(|(at, between)| [WORDS[*at], between]).collect();
            match case {
                0 => name = name.to_uppercase(),
                1 => name = name.split(['_', '-']).map(capitalised).collect(),
                _ => {}
            }
            let has_stem = SECRET_STEMS.iter().any(|stem| name.to_lowercase().contains(stem));
            proptest::prop_assert!(has_stem || !says_secret(&name), "{name}");
        }
    }

    static WORDS: std::sync::LazyLock<Vec<&str>> = std::sync::LazyLock::new(|| {
        let lists = [PASSWORDS, SECRETS, TOKENS, KEYS, CREDENTIALS, SECRET_KEYS, FORGES, AFTERWARDS];
        let alone = [
            "secrets",
            "pat",
            "key",
            "authorization",
            "cookie",
            "set",
            "auth",
            "signature",
            "sig",
            "hmac",
            "sonar",
            "login",
            "id",
            "hash",
            "x",
        ];
        lists.concat().into_iter().chain(alone).collect()
    });

    fn capitalised(word: &str) -> String {
        word.get(..1).map(str::to_uppercase).unwrap_or_default() + word.get(1..).unwrap_or_default()
    }
}
