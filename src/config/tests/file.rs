//! The text of the file: what is accepted, and what is said of the rest.

use super::{Given, file};
use crate::config::limits::{DEPTH_MAX, FILE_BYTES_MAX};
use crate::config::{Config, PolicyConfig, Section};

/// A text that is no configuration at all: one problem of the file, defaults, and a policy that prompts.
#[track_caller]
fn unusable(text: &str, says: &str) {
    let given = file(text);
    let config = given.says(&[says]);
    assert_eq!(given.load().problems[0].section, Section::File);
    let policy = PolicyConfig::Broken { why: says.to_owned() };
    assert_eq!(config, Config { policy, ..Config::default() });
}

/// JSON with comments is accepted. S0.40
#[test]
fn comments_trailing_commas_and_a_byte_order_mark_are_accepted() {
    let text = "\u{feff}// first\r\n{ /* here */ \"heartbeat\": { \"interval_ms\": 1000, }, // [[[\n \"events\": { \"sinks\": [\"file:[{\\\"\", \"stderr\",], }, }\n/* end";
    let text = format!("{text} */");
    let config = file(&text).config();
    assert_eq!(config.heartbeat.interval_ms, 1000);
    assert_eq!(config.events.sinks.len(), 2);
}

#[test]
fn other_dialects_are_refused_with_their_line() {
    #[track_caller]
    fn refused(text: &str, line: usize, says: &str) {
        unusable(text, &format!("swarm.json:{line}: not valid JSON with comments: {says}"));
    }
    let key = "expected a key in double quotes, or \"}\"";
    refused("{\n'feed': {}}", 2, key);
    refused("{\n\nfeed: {}}", 3, key);
    refused("{,}", 1, key);
    refused("{\"feed\": {}", 1, "expected \",\" or \"}\"");
    refused("{\"feed\": {}\n\"events\": {}}", 2, "expected \",\" or \"}\"");
    refused("{\"feed\": {},,}", 1, key);
    refused("{\"a\": [1\n2]}", 2, "expected \",\" or \"]\"");
    refused("{\"feed\" {}}", 1, "expected \":\" after the key");
    refused("{\"feed\": {}} {}", 1, "expected the end of the text");
    for value in ["yes", "+1", "NaN", "'x'", ",", "", "nulL", ".5", "\u{a0}1"] {
        refused(&format!("{{\"a\": {value}}}"), 1, "expected a value");
    }
    refused("{\"a\": 0x10}", 1, "expected \",\" or \"}\"");
    for value in ["1.", "-", "01", "1e", "1-1", "1e999"] {
        refused(&format!("{{\"a\": {value}}}"), 1, "broken number");
    }
    for value in ["\"b", "\"\\x\"", "\"a\tb\"", "\"a\nb\"", "\"\\ud800\"", "\"\\\""] {
        let says = "broken string: a bad escape, a line break, or the closing quote is missing";
        refused(&format!("{{\n\"a\": {value}}}"), 2, says);
    }
    refused("{}\n/* x", 2, "a comment is not closed");
    refused("/*/ {}", 1, "a comment is not closed");
}

#[test]
fn a_text_without_an_object_is_unusable() {
    unusable("", "swarm.json: is empty; write {} for the defaults");
    unusable(" // nothing\n", "swarm.json: is empty; write {} for the defaults");
    unusable("[]", "swarm.json: the configuration must be an object: { … }");
    unusable("null", "swarm.json: the configuration must be an object: { … }");
    assert_eq!(file("{}").config(), Config::default());
}

#[test]
fn a_text_beyond_its_bounds_is_unusable() {
    let text = format!("{{}}{}", " ".repeat(FILE_BYTES_MAX - 2));
    assert_eq!(file(&text).config(), Config::default());
    unusable(&format!("{text} "), "swarm.json: has 1048577 bytes; at most 1048576 are read");

    let nested = |depth: usize| format!("{{\"feed\":\n{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    file(&nested(DEPTH_MAX)).says(&["swarm.json:1: feed: expected an object, got a list"]);
    unusable(&nested(DEPTH_MAX + 1), "swarm.json:2: is nested deeper than 64 levels");
    unusable(&"[".repeat(FILE_BYTES_MAX), "swarm.json:1: is nested deeper than 64 levels");
}

/// A file that cannot be read: defaults, one problem, and a policy that prompts until it can be. S0.40
#[test]
fn a_file_that_cannot_be_read_is_a_problem() {
    let why = "swarm.json: cannot be read: EACCES: permission denied, open 'swarm.json'";
    let config = Given::default().unreadable("EACCES: permission denied,\nopen 'swarm.json'").says(&[why]);
    assert_eq!(config, Config { policy: PolicyConfig::Broken { why: why.to_owned() }, ..Config::default() });
}

#[test]
fn the_other_sources_count_when_the_file_does_not() {
    let config = file("{").env("SWARM_HEARTBEAT", "700").load().config;
    assert_eq!(config.heartbeat.interval_ms, 700);
}
