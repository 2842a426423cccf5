//! The nearest known word for one that is not known.

use super::limits::NAME_BYTES_MAX;

/// The known word a person most likely meant; `None` when none is near.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    nearest_within(usize::MAX, word, known)
}

/// The same where no more than so many slips are believed.
pub(super) fn nearest_within<'k>(slips_max: usize, word: &str, known: &[&'k str]) -> Option<&'k str> {
    let measured = known.iter().filter_map(|known| Some((distance(word, known)?, *known)));
    measured.filter(|(slips, _)| *slips <= slips_max).min_by_key(|(slips, _)| *slips).map(|(_, known)| known)
}

/// Whether one was most likely written for the other.
pub(super) fn is_similar(word: &str, known: &str) -> bool {
    distance(word, known).is_some()
}

/// The words in quotes, as the end of a sentence that begins with "use".
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "no key at all".to_owned(),
    }
}

/// Slips of the finger between two words, capitals and separators aside; `None` when more than every third letter
/// differs.
fn distance(word: &str, known: &str) -> Option<usize> {
    if word.len() > NAME_BYTES_MAX {
        return None;
    }
    let plain = |text: &str| text.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let (word, known) = (plain(word), plain(known));
    let slips = strsim::osa_distance(&word, &known);
    (slips <= known.len().div_ceil(3)).then_some(slips)
}
