//! Which variables are set.

/// The names of all variables that are set, as one text: a value for each would be much of what a start reads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EnvNames {
    /// `=NAME=OTHER=`: no name has `=` in it.
    text: String,
}

impl Default for EnvNames {
    fn default() -> Self {
        Self::from_text("")
    }
}

impl EnvNames {
    /// From names with `=` between them.
    #[must_use]
    pub fn from_text(names: &str) -> Self {
        Self { text: ["=", names, "="].concat() }
    }

    /// Whether a variable is set.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.text.contains(&["=", name, "="].concat())
    }

    /// What follows in the names that begin with this.
    pub(super) fn after<'n>(&'n self, prefix: &str) -> impl Iterator<Item = &'n str> + use<'n> {
        let beginning = ["=", prefix].concat();
        let mut rest = self.text.as_str();
        std::iter::from_fn(move || {
            let (_, found) = rest.split_once(beginning.as_str())?;
            let name = found.split('=').next()?;
            rest = found.get(name.len()..)?;
            Some(name)
        })
    }
}

impl<S: AsRef<str>> FromIterator<S> for EnvNames {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut names_in_one = Self { text: "=".to_owned() };
        for name in names {
            names_in_one.text.push_str(name.as_ref());
            names_in_one.text.push('=');
        }
        names_in_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_set() {
        let names = EnvNames::from_text("PATH=SWARM_A=HOME=SWARM_BC");
        for name in ["PATH", "SWARM_A", "HOME", "SWARM_BC"] {
            assert!(names.contains(name), "{name}");
        }
        for name in ["PAT", "ATH", "SWARM_", "SWARM_B", "X"] {
            assert!(!names.contains(name), "{name}");
        }
        assert!(names.after("SWARM_").eq(["A", "BC"]));
        assert_eq!(names.after("FORGE_").count(), 0);
        assert_eq!(EnvNames::default().after("").collect::<Vec<_>>(), ["", ""]);
    }
}
