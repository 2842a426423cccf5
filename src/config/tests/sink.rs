//! Sinks, as they are written and shown.

use crate::config::Sink;

fn read(text: &str) -> Result<Sink, String> {
    Sink::try_from(text.to_owned())
}

#[test]
fn every_sink_is_shown_as_it_is_written() {
    for text in ["file", "file:/var/log/a b.jsonl", "file:x:y", "stdout", "stderr", "fd:3", "fd:1048576"] {
        assert_eq!(read(text).map(|sink| sink.to_string()), Ok(text.to_owned()));
    }
    assert_eq!(read("fd:10"), Ok(Sink::Fd(10)));
    assert_eq!(read("file:a"), Ok(Sink::File { path: Some("a".to_owned()) }));
}

#[test]
fn what_is_no_sink_is_refused_with_the_remedy() {
    let unknown = "unknown sink; use \"file\", \"file:<path>\", \"stdout\", \"stderr\" or \"fd:<n>\"";
    for text in ["", "File", "stdout:", "tcp://x", "stdout ", "fd"] {
        assert_eq!(read(text), Err(unknown.to_owned()), "{text}");
    }
    let no_fd = "not a descriptor; use \"fd:<n>\" with 3 to 1048576 (descriptors), or \"stdout\" or \"stderr\"";
    for text in ["fd:", "fd:0", "fd:1", "fd:2", "fd:-3", "fd:+3", "fd:03", "fd:3.0", "fd:99999999999999", "fd:1048577"]
    {
        assert_eq!(read(text), Err(no_fd.to_owned()), "{text}");
    }
    assert_eq!(read("file:"), Err("the path after \"file:\" is empty".to_owned()));
    assert_eq!(read("file:a\nb"), Err("the path after \"file:\" contains a control character".to_owned()));
    assert_eq!(read("off"), Err("\"off\" stands alone; write an empty list for no sink".to_owned()));
    assert_eq!(read(&format!("file:{}", "x".repeat(5000))), Err("has 5000 bytes; use at most 4096".to_owned()));
}
