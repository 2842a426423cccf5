//! Which session a run belongs to, where nobody wrote it down: candidates are scored by how much of the run they carry.

use serde::Serialize;
use serde_json::Value;

use super::data::text;
use super::kind::lowered;

/// What is known of the run, and the sessions there are.
#[derive(Clone, Copy, Debug)]
pub struct Search<'v> {
    explicit: Option<&'v str>,
    artifact: Option<&'v str>,
    /// What to look for in a session.
    words: [Word<Option<&'v str>>; 3],
    sessions: &'v [Value],
}

/// A word, with its worth in the text and in the id of a session.
type Word<T> = (T, i32, i32);

/// How a session was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Strategy {
    /// It was named.
    Explicit,
    /// The run's artifact names it, and it is there.
    Artifact,
    /// It carries most of the run.
    ScoredFallback,
    /// None carries anything; it was changed last.
    Latest,
    /// There is none.
    None,
}

/// The session that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Resolved {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub session_id: Option<String>,
    /// How.
    pub strategy: Strategy,
    /// How well; -1 where there is none.
    pub score: i32,
}

const EXPLICIT_SCORE: i32 = 9_999;
const ARTIFACT_SCORE: i32 = 1_000;

/// The session changed last scores so much for it, the next one less, and so on.
const RECENCY_SCORE: usize = 20;

impl<'v> Search<'v> {
    /// A search as JSON: `explicitSessionId`, `artifactSessionId`, `runId`, `taskId`, `sessionKey`, `sessionList`, each of
    /// which may be missing.
    #[must_use]
    pub fn new(given: &'v Value) -> Self {
        let named = |name: &str| given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Self {
            explicit: named("explicitSessionId"),
            artifact: named("artifactSessionId"),
            words: [(named("runId"), 120, 30), (named("taskId"), 70, 20), (named("sessionKey"), 60, 0)],
            sessions: given.get("sessionList").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// Finds the session. Of two that score the same, the one changed later; of two changed together, the one listed first.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        if let Some(id) = self.explicit {
            return found(id, Strategy::Explicit, EXPLICIT_SCORE);
        }
        let recent = self.by_recency();
        let known = self.artifact.filter(|artifact| recent.iter().any(|session| session.id == Some(artifact)));
        if let Some(id) = known {
            return found(id, Strategy::Artifact, ARTIFACT_SCORE);
        }
        let words = self.words.map(|(word, in_text, in_id)| (word.map(str::to_ascii_lowercase), in_text, in_id));
        let mut best: Option<(&str, i32)> = None;
        for (rank, session) in recent.iter().enumerate() {
            let Some(id) = session.id else { continue };
            let score = session.score(&words, rank);
            if best.is_none_or(|(_, best)| score > best) {
                best = Some((id, score));
            }
        }
        match best {
            Some((id, score)) if score > 0 => found(id, Strategy::ScoredFallback, score),
            Some((id, _)) => found(id, Strategy::Latest, 0),
            None => Resolved { session_id: None, strategy: Strategy::None, score: -1 },
        }
    }

    /// All sessions, the one changed last first.
    fn by_recency(&self) -> Vec<Candidate<'v>> {
        let mut candidates: Vec<_> = self.sessions.iter().enumerate().map(Candidate::new).collect();
        candidates.sort_unstable_by(|a, b| b.updated.total_cmp(&a.updated).then(a.place.cmp(&b.place)));
        candidates
    }
}

struct Candidate<'v> {
    /// Its place in the list.
    place: usize,
    id: Option<&'v str>,
    session: &'v Value,
    updated: f64,
}

impl<'v> Candidate<'v> {
    fn new((place, session): (usize, &'v Value)) -> Self {
        let updated = session.pointer("/time/updated");
        // Some programs write it as text.
        let updated = updated.and_then(|at| at.as_f64().or_else(|| at.as_str()?.trim().parse().ok()));
        let updated = updated.filter(|at: &f64| at.is_finite()).unwrap_or_default();
        Self { place, id: text(session.get("id")), session, updated }
    }

    fn score(&self, words: &[Word<Option<String>>], rank: usize) -> i32 {
        let (text, id) = (lowered(self.session), self.id.unwrap_or_default().to_ascii_lowercase());
        let worth = |(word, in_text, in_id): &Word<Option<String>>| match word {
            Some(word) => i32::from(text.contains(word)) * in_text + i32::from(id.contains(word)) * in_id,
            None => 0,
        };
        let recency = i32::try_from(RECENCY_SCORE.saturating_sub(rank)).unwrap_or_default();
        words.iter().map(worth).sum::<i32>() + recency
    }
}

fn found(id: &str, strategy: Strategy, score: i32) -> Resolved {
    Resolved { session_id: Some(id.to_owned()), strategy, score }
}
