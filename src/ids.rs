//! Ids as types: two strings side by side get swapped sooner or later.

use std::fmt;

use serde::Serialize;

use crate::limits::ID_BYTES_MAX;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS), ts(type = "string"))]
        pub struct $name(String);

        impl $name {
            /// The id as it stands in a line.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text).map(|()| Self(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A session of the host (`ses_…`). Unique in one data folder of the host.
    SessionId
}
id! {
    /// A tool call, as the model named it. Unique in one answer at best: always used together with its session.
    CallId
}
id! {
    /// A question of the host that waits for an answer: a permission or a question to the user.
    AskId
}
id! {
    /// A callback: the hash of its receiver and its key, and so the same for the same news, whoever sends it.
    EntryId
}
id! {
    /// One start of the pack for one directory. `seq` counts from 1 within it.
    BootId
}

/// A text that cannot be an id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IdError {
    /// Nothing at all.
    Empty,
    /// More than [`ID_BYTES_MAX`] bytes.
    TooLong,
    /// A control character, a quote or a backslash.
    BadCharacter,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an id is empty"),
            Self::TooLong => write!(f, "an id is longer than {ID_BYTES_MAX} bytes"),
            Self::BadCharacter => f.write_str("an id has a control character, a quote or a backslash"),
        }
    }
}

impl std::error::Error for IdError {}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong);
    }
    // Such characters would grow when a line is written, and the bound of the line could not be kept.
    let is_bad = |c: char| c.is_control() || c == '"' || c == '\\';
    // Nearly all are ASCII, and need no decoding.
    if text.bytes().any(|byte| !byte.is_ascii() || is_bad(char::from(byte))) && text.chars().any(is_bad) {
        return Err(IdError::BadCharacter);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_as_it_is_or_refused() {
        let session = |text: &str| SessionId::try_from(text.to_owned());
        assert_eq!(session("ses_1").map(|id| id.to_string()), Ok("ses_1".into()));
        assert_eq!(session(""), Err(IdError::Empty));
        assert_eq!(session(&"x".repeat(129)), Err(IdError::TooLong));
        assert_eq!(session("a\nb"), Err(IdError::BadCharacter));
        assert_eq!(session("a\"b"), Err(IdError::BadCharacter));
        assert_eq!(session("\u{85}"), Err(IdError::BadCharacter));
        assert_eq!(session("é").map(|id| id.to_string()), Ok("é".into()));
    }
}
