//! References to secrets. The secrets themselves never enter the core.

use super::text::{ensure, text};

text! {
    /// A reference to a secret, `${NAME}`: the environment variable that holds it. Expanded outside the core, when it is used.
    SecretRef, check: reference, pattern: r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$", bytes_max: super::limits::ID_BYTES_MAX
}

impl SecretRef {
    /// The reference to this variable, if it is a name at all.
    pub fn to_variable(name: &str) -> Option<Self> {
        Self::try_from(format!("${{{name}}}")).ok()
    }

    /// The name of the variable.
    pub fn variable(&self) -> &str {
        name(self.as_str()).unwrap_or_default()
    }
}

fn name(text: &str) -> Option<&str> {
    text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
}

fn reference(text: &str) -> Result<(), String> {
    let is_name = |name: &str| {
        let first_fits = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        first_fits && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    ensure(name(text).is_some_and(is_name), || {
        "a secret does not belong here; write ${NAME}, and put it into the environment variable NAME".to_owned()
    })
}
