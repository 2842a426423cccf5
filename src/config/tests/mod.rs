//! The configuration through its front door, [`load`].
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod environment;
mod examples;
mod file;
mod hostile;
mod json;
mod mistakes;
mod policy;
mod precedence;
mod schema;
mod sink;
mod url;

use crate::sorted::Sorted;

use super::{Config, FileSource, Loaded, Sources, load};

/// Sources that are put together step by step. The file is called `swarm.json`.
#[derive(Default)]
struct Given {
    file: Option<Result<String, String>>,
    options: Option<serde_json::Value>,
    env: Sorted<String, String>,
    names: Vec<String>,
}

impl Given {
    fn file(mut self, text: impl Into<String>) -> Self {
        self.file = Some(Ok(text.into()));
        self
    }

    fn unreadable(mut self, why: &str) -> Self {
        self.file = Some(Err(why.to_owned()));
        self
    }

    fn options(mut self, options: serde_json::Value) -> Self {
        self.options = Some(options);
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self.set(name)
    }

    /// A variable whose value never enters the core.
    fn set(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    fn load(&self) -> Loaded {
        let text = self.file.as_ref().map(|text| text.as_deref().map_err(String::as_str));
        let file = text.map(|text| FileSource { path: "swarm.json", text });
        let options = self.options.as_ref().map(ToString::to_string);
        load(&Sources { file, options: options.as_deref(), env: &self.env, env_names: &self.names.iter().collect() })
    }

    /// Loads what must be right.
    #[track_caller]
    fn config(&self) -> Config {
        let loaded = self.load();
        assert_eq!(shown(&loaded), [""; 0]);
        loaded.config
    }

    /// Loads what must have exactly these problems.
    #[track_caller]
    fn says(&self, problems: &[&str]) -> Config {
        let loaded = self.load();
        assert_eq!(shown(&loaded), problems);
        loaded.config
    }
}

fn shown(loaded: &Loaded) -> Vec<String> {
    loaded.problems.iter().map(ToString::to_string).collect()
}

fn file(text: &str) -> Given {
    Given::default().file(text)
}
