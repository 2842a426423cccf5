//! What the index is told to look for.

use super::encode::{self, Form};
use super::found::sorted;
use super::index::{Index, Odd, Trigger};
use super::pattern::Pattern;
use super::secrets::Secrets;
use super::{header, names, odd, tokens, tools, url};

/// All that is looked for: the built-in rules, the values of the environment, the patterns of the configuration.
pub struct Known {
    pub index: Index,
    /// Values in all their forms.
    pub literals: Vec<Form>,
    /// Patterns that may begin with anything.
    pub slow_patterns: Vec<u16>,
}

impl Known {
    /// Takes a fraction of a millisecond, more with many values.
    pub fn new(secrets: &Secrets, patterns: &[Pattern]) -> Self {
        let mut known = Self { index: Index::new(), literals: secrets.forms(), slow_patterns: Vec::new() };
        known.add_names();
        known.add_odd();
        known.add_tokens();
        for (form, number) in known.literals.iter().zip(0..) {
            known.index.add(&form.bytes, Trigger::Literal(number));
        }
        for (pattern, number) in patterns.iter().zip(0..) {
            match pattern.begin() {
                Some(begin) => known.index.add(&begin, Trigger::Pattern(number)),
                None => known.slow_patterns.push(number),
            }
        }
        known
    }

    fn add_names(&mut self) {
        for (stem, number) in names::STEMS.iter().zip(0..) {
            self.index.add(stem.as_bytes(), Trigger::Name(number));
        }
    }

    fn add_odd(&mut self) {
        let odd = [
            (&b"[re"[..], Odd::Marker),
            (b"://", Odd::Url),
            (b"%3A%2F%2F", Odd::EncodedUrl),
            (b"---", Odd::Pem),
            (b"eyJ", Odd::Jwt),
            (b"identified by", Odd::Identified),
            (b"sudo -S", Odd::Sudo),
            (b"--user", Odd::LongUser),
            (b"--proxy-user", Odd::LongUser),
            (b":5432:", Odd::PgPass),
            (b":5433:", Odd::PgPass),
            (b":6432:", Odd::PgPass),
            (b":*:", Odd::PgPass),
        ];
        for (literal, odd) in odd {
            self.index.add(literal, Trigger::Odd(odd));
        }
        for digit in b'0'..=b'9' {
            self.index.add(&[digit, b'Q', b'~'], Trigger::Odd(Odd::AzureSecret));
            // A user's number begins with two digits: `MTA`, `NDU`, `OTk` in base64.
            for second in b'0'..=b'9' {
                self.index.add(&encode::forms_of_digits(digit, second), Trigger::Odd(Odd::Discord));
            }
        }
        for flag in b"puPUaAbwkXN" {
            for before in b" \t\"'" {
                self.index.add(&[*before, b'-', *flag], Trigger::Odd(Odd::Flag));
            }
        }
        for ((path, _), number) in url::WEBHOOKS.iter().zip(0..) {
            self.index.add(path.as_bytes(), Trigger::Odd(Odd::Webhook(number)));
        }
        for (middle, number) in odd::MIDDLES.iter().zip(0..) {
            self.index.add(middle.mark.as_bytes(), Trigger::Odd(Odd::Middle(number)));
        }
        for (begin, number) in odd::CRYPTS.iter().zip(0..) {
            self.index.add(begin.as_bytes(), Trigger::Odd(Odd::Crypt(number)));
        }
        for (scheme, number) in header::LONE_SCHEMES.iter().zip(0..) {
            self.index.add(scheme.as_bytes(), Trigger::Odd(Odd::Scheme(number)));
        }
        for (name, number) in tools::names().zip(0..) {
            self.index.add(name.as_bytes(), Trigger::Odd(Odd::Tool(number)));
            // Names of two letters, with what ends them.
            if let [first, second] = *name.as_bytes() {
                for end in [b' ', b'"'] {
                    self.index.add(&[first, second, end], Trigger::Odd(Odd::Tool(number)));
                }
            }
        }
    }

    fn add_tokens(&mut self) {
        // The longest prefix is looked at first, so it is added last.
        for (row, number) in tokens::ROWS.iter().zip(0..) {
            match row.prefix.as_bytes() {
                pair @ [_, _] => self.index.add_pair(pair, row.set, Trigger::Token(number)),
                prefix => self.index.add(prefix, Trigger::Token(number)),
            }
        }
    }
}

/// All rule ids, in alphabetical order.
#[must_use]
pub fn rule_ids() -> Vec<&'static str> {
    let tokens = tokens::ROWS.iter().map(|row| row.rule);
    sorted(tokens.chain(url::WEBHOOKS.iter().map(|(_, rule)| *rule)).chain(OTHER_RULES.iter().copied()))
}

#[rustfmt::skip]
const OTHER_RULES: &[&str] = &[
    "argument", "authorization", "aws-secret-key", "azure-key", "azure-secret", "cookie", "credential", "custom", "discord-token",
    "environment", "jwt", "key", "kubernetes-secret", "mailchimp-key", "maxmind-key", "password",
    "password-hash", "private-key", "secret", "signature", "telegram-token", "terraform-token", "token", "url-password", "url-user",
];
