//! Scripts that a session wrote, so that a run of them is judged by what they say.

/// Scripts remembered: a session writes few that it also runs.
const FILES_MAX: usize = 64;
/// Longest script that is remembered, in bytes: nobody runs a longer one that a model wrote in one call.
const FILE_BYTES_MAX: usize = 65_536;

/// What is in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// This.
    Text(String),
    /// What came from the network.
    Network,
    /// What cannot be known.
    Unknown,
}

/// The files, the last written last.
#[derive(Clone, Debug, Default)]
pub struct Written(Vec<(String, String, Content)>);

impl Written {
    /// Remembers what a file is now. Beyond the bound the oldest is forgotten.
    pub fn note(&mut self, session: &str, path: &str, content: Content) {
        self.0.retain(|(theirs, file, _)| !(theirs == session && file == path));
        if self.0.len() >= FILES_MAX {
            self.0.remove(0);
        }
        let content = match content {
            Content::Text(text) if text.len() > FILE_BYTES_MAX => Content::Unknown,
            Content::Text(_) | Content::Network | Content::Unknown => content,
        };
        self.0.push((session.to_owned(), path.to_owned(), content));
    }

    /// What was last written, by any session: a child's file is run by its parent.
    pub fn content(&self, path: &str) -> Option<&Content> {
        self.0.iter().rev().find(|(_, file, _)| file == path).map(|(_, _, content)| content)
    }

    /// Changes one text into another, as the edit tool does.
    pub fn edit(&mut self, session: &str, path: &str, old: &str, new: &str, is_all: bool) {
        let edited = match self.content(path) {
            None => return,
            Some(Content::Text(text)) if !old.is_empty() && text.contains(old) => {
                Content::Text(if is_all { text.replace(old, new) } else { text.replacen(old, new, 1) })
            }
            Some(Content::Text(_) | Content::Network | Content::Unknown) => Content::Unknown,
        };
        self.note(session, path, edited);
    }
}
