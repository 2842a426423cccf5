//! Patterns over names of types of events: `*` stands for any characters, everything else for itself.

/// Whether a text is what a pattern says. Each piece between two stars is looked for once, from where the last one ended.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match text.split_once(piece) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, is_match) in [
            ("session.idle", "session.idle", true),
            ("session.idle", "session.idl", false),
            ("session.*", "session.", true),
            ("session.*", "session", false),
            ("*.updated", "message.part.updated", true),
            ("*", "", true),
            ("**", "x", true),
            ("m*.*d", "message.updated", true),
            ("m*p*u*d", "message.part.updated", true),
            ("*a*a*", "a", false),
            ("a*a", "a", false),
            ("a*b*a", "aba", true),
            ("a*b*b", "ab", false),
            ("swarm.turn.*", "swarm.turn.finished", true),
            ("swarm.*", "swarm.turn.finished", true),
            ("swarm.*.finished", "swarm.turn.finished", true),
            ("swarm.*.fin*ed", "swarm.turn.finished", true),
            ("swarm.turn.finished", "swarm.turn.finished", true),
            ("swarm.turn", "swarm.turn.finished", false),
            ("swarm.*.started", "swarm.turn.finished", false),
            ("swarm.*x*", "swarm.turn.finished", false),
        ] {
            assert_eq!(matches(pattern, text), is_match, "{pattern} {text}");
        }
    }
}
