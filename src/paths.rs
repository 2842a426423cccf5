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

    /// A path of the configuration as an absolute one: `~/` is the home, and what is relative begins at a directory.
    #[must_use]
    pub fn absolute(&self, directory: &str, path: &str) -> String {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => [home.trim_end_matches('/'), "/", rest].concat(),
            _ if path.starts_with('/') => path.to_owned(),
            _ => [directory.trim_end_matches('/'), "/", path.trim_start_matches("./")].concat(),
        }
    }

    /// A text in which the home folder is written `~`, wherever it stands.
    #[must_use]
    pub fn without_home(&self, text: &str) -> String {
        let home = self.home.as_deref().map_or("", |home| home.trim_end_matches(['/', '\\']));
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(home).filter(|_| !home.is_empty()) {
            let is_part = before.ends_with(is_of_name) || after.starts_with(is_of_name);
            told.push_str(before);
            told.push_str(if is_part { home } else { "~" });
            rest = after;
        }
        told.push_str(rest);
        told
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

/// Whether a character goes on with the name of a folder.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') || !c.is_ascii()
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
        let told = |text| folders.without_home(text);
        assert_eq!(told("cd /home/ann && cat '/home/ann' /home/ann"), "cd ~ && cat '~' ~");
        assert_eq!(
            told("/home/anna /x/srv/home/ann.bak /tmp/x/home/ann/a"),
            "/home/anna /x/srv/home/ann.bak /tmp/x/home/ann/a"
        );
        assert_eq!(folders.without_home("file:///home/ann/a: no /home/anna/b"), "file://~/a: no /home/anna/b");
    }
}
