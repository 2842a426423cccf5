//! What must be true of the shell reader whatever it is given.

#![forbid(unsafe_code)]

use opencode_swarm_pack::policy::shell::{Budget, Given, Piece, Stdin, Word, read};

/// Steps for each byte that is read, where that is all a text costs. A loop over known words is unrolled, a function is read
/// where it is called: the budget bounds that.
const STEPS_MOST: usize = 640 << 10;

/// Reads it, and panics where something is not as it must be.
pub fn check(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };
    let mut budget = Budget::default();
    let script = read(&source, &given, &mut budget);
    assert!(budget.spent() <= STEPS_MOST, "{} steps", budget.spent());
    for (index, simple) in script.commands.iter().enumerate() {
        let is_something = !simple.words.is_empty() || !simple.env.is_empty() || !simple.redirects.is_empty();
        assert!(is_something, "command {index} is nothing");
        simple.words.iter().chain(simple.env.iter().map(|(_, word)| word)).for_each(whole);
        simple.redirects.iter().for_each(|redirect| whole(&redirect.target));
        match &simple.stdin {
            Stdin::Pipe(from) => assert!(*from < index, "command {index} reads from {from}"),
            Stdin::Text(word) | Stdin::File(word) => whole(word),
            Stdin::Inherited => {}
        }
    }
    let again = read(&source, &given, &mut Budget::default());
    assert_eq!(script, again, "not the same twice");
}

/// Neighbouring texts are one piece, and no piece is empty.
fn whole(word: &Word) {
    let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
    for pair in word.pieces.windows(2) {
        assert!(!pair.iter().all(is_text), "two texts side by side in {word:?}");
    }
    let is_empty = |piece: &Piece| matches!(piece, Piece::Text(text) | Piece::Glob(text) if text.is_empty());
    assert!(!word.pieces.iter().any(is_empty), "an empty piece in {word:?}");
}
