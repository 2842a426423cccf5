//! JSON objects of few fields, in the order in which they are put: what is signed and journaled is written once.

/// An object under way.
#[derive(Debug, Default)]
pub struct Json(String);

impl Json {
    /// What is put comes behind what an object has already.
    #[must_use]
    pub fn within(object: &str) -> Self {
        Self(object.strip_suffix('}').filter(|fields| fields.len() > 1).unwrap_or_default().to_owned())
    }

    /// A text, where there is one.
    #[must_use]
    pub fn text<'t>(self, name: &str, value: impl Into<Option<&'t str>>) -> Self {
        match value.into() {
            Some(value) => {
                let text = quoted(value);
                self.raw(name, &text)
            }
            None => self,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn number(self, name: &str, value: u64) -> Self {
        self.raw(name, &value.to_string())
    }

    /// A truth.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// JSON as it is.
    #[must_use]
    pub fn raw(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    /// The object.
    #[must_use]
    pub fn end(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }

    /// The object as a line.
    #[must_use]
    pub fn line(self) -> String {
        let mut line = self.end();
        line.push('\n');
        line
    }
}

/// A text as JSON has it.
#[must_use]
pub fn quoted(text: &str) -> String {
    crate::json::text(text)
}
