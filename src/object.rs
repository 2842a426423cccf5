//! A JSON object, read by name. Not serde's derive: for what crosses the boundary it took a tenth of the wasm, and its
//! sentences quote values.

use crate::ids::IdError;
use crate::json::Tree;

/// A part of what was heard, read by name. A value that is not there or null is nothing; one of another type than
/// asked for is an error: what is used must be what it says.
#[derive(Clone, Copy)]
pub(crate) struct Object<'v>(&'v Tree<'v>);

impl<'v> Object<'v> {
    pub(crate) const fn new(value: &'v Tree<'v>) -> Self {
        Self(value)
    }

    /// All of it.
    pub(crate) const fn whole(self) -> &'v Tree<'v> {
        self.0
    }

    /// A value as it is, `null` too.
    pub(crate) fn value(self, name: &str) -> Option<&'v Tree<'v>> {
        self.0.get(name)
    }

    pub(crate) fn get(self, name: &str) -> Option<&'v Tree<'v>> {
        self.0.get(name).filter(|value| **value != Tree::Null)
    }

    pub(crate) fn read<T>(self, name: &str, read: impl FnOnce(&'v Tree<'v>) -> Option<T>) -> Result<Option<T>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| format!("has a {name} of another type")),
        }
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'v str>, String> {
        self.read(name, Tree::as_str)
    }

    pub(crate) fn number(self, name: &str) -> Result<Option<f64>, String> {
        self.read(name, Tree::as_f64)
    }

    pub(crate) fn list(self, name: &str) -> Result<impl Iterator<Item = &'v Tree<'v>> + use<'v>, String> {
        Ok(self.read(name, Tree::as_list)?.into_iter().flatten())
    }

    /// An object; an empty one where there is none.
    pub(crate) fn object(self, name: &str) -> Result<Self, String> {
        let object = self.read(name, |value| matches!(value, Tree::Object(_)).then_some(Self(value)))?;
        Ok(object.unwrap_or(Self(&Tree::Null)))
    }

    pub(crate) fn must<T>(self, name: &str, found: Option<T>) -> Result<T, String> {
        found.ok_or_else(|| format!("has no {name}"))
    }

    pub(crate) fn id<T: TryFrom<String, Error = IdError>>(self, name: &str) -> Result<T, String> {
        let text = self.must(name, self.text(name)?)?;
        T::try_from(text.to_owned()).map_err(|error| format!("has a {name} that cannot be used: {error}"))
    }

    /// An id that may be missing; one that cannot be used is an error.
    pub(crate) fn id_if_any<T: TryFrom<String, Error = IdError>>(self, name: &str) -> Result<Option<T>, String> {
        if self.get(name).is_some() { self.id(name).map(Some) } else { Ok(None) }
    }
}
