//! Paths as they are told: relative to the project where they are in it, the home folder as `~`, never the user's name.

/// The folders that a path is told relative to.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// The project's root.
    pub root: String,
    /// The user's home.
    pub home: Option<String>,
}

impl Folders {
    /// A path that the host gave. One that is relative already stays as it is.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        match below(&self.root, path) {
            Some("") => ".".to_owned(),
            Some(rest) => rest.to_owned(),
            None => self.shown_absolute(path),
        }
    }

    /// A text in which the home folder is written `~`, wherever it stands.
    #[must_use]
    pub fn without_home(&self, text: &str) -> String {
        match self.home.as_deref().map(|home| home.trim_end_matches(['/', '\\'])) {
            Some(home) if !home.is_empty() => text.replace(&format!("{home}/"), "~/"),
            Some(_) | None => text.to_owned(),
        }
    }

    /// A path that is told whole, but for the home folder.
    #[must_use]
    pub fn shown_absolute(&self, path: &str) -> String {
        match self.home.as_deref().and_then(|home| below(home, path)) {
            Some("") => "~".to_owned(),
            Some(rest) => format!("~/{rest}"),
            None => path.to_owned(),
        }
    }
}

/// What follows the folder, if the path is it or in it.
fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let folder = folder.trim_end_matches(['/', '\\']);
    let rest = path.strip_prefix(folder).filter(|_| !folder.is_empty())?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(['/', '\\']) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_relative_and_without_the_user() {
        let folders = Folders { root: "/home/ann/shop".into(), home: Some("/home/ann".into()) };
        let shown = |path| folders.shown(path);
        assert_eq!(shown("/home/ann/shop/src/a.js"), "src/a.js");
        assert_eq!(shown("/home/ann/shop"), ".");
        assert_eq!(shown("/home/ann/shopping/a"), "~/shopping/a");
        assert_eq!(shown("/home/anna/a"), "/home/anna/a");
        assert_eq!(shown("src/a.js"), "src/a.js");
        assert_eq!(folders.shown_absolute("/home/ann/shop"), "~/shop");
        assert_eq!(folders.without_home("file:///home/ann/a: no /home/anna/b"), "file://~/a: no /home/anna/b");
    }
}
