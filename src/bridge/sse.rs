//! Server-sent events: bytes in, frames out, wherever the chunks happen to end.

use serde::Serialize;

use super::data::is_blank;
use crate::limits::FRAME_BYTES_MAX;

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Frame {
    /// Its `event:` line. OpenCode itself writes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub event: Option<String>,
    /// Its `id:` line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
    /// Its `retry:` line, where that is a finite number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub retry: Option<f64>,
    /// Its `data:` lines, with a newline between each two.
    pub data: String,
}

/// Reads frames out of a stream that arrives in pieces. A frame ends at an empty line; one without data is none. What has
/// not ended is kept, at most [`FRAME_BYTES_MAX`] of it: a longer frame is skipped and counted.
#[derive(Debug, Default)]
pub struct Frames {
    /// The line that has not ended.
    line: Vec<u8>,
    frame: Frame,
    has_data: bool,
    /// Bytes of the frame so far, whole lines only.
    frame_bytes: usize,
    is_too_long: bool,
    skipped: u64,
}

impl Frames {
    /// Takes the next piece and gives the frames that end in it.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let (line, more) = rest.split_at(end);
            self.keep(line);
            self.end_line(&mut frames);
            rest = more.get(1..).unwrap_or_default();
        }
        self.keep(rest);
        frames
    }

    /// Bytes of a frame that has not ended.
    #[must_use]
    pub const fn waiting_bytes(&self) -> usize {
        self.frame_bytes + self.line.len()
    }

    /// Frames that were too long.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    fn keep(&mut self, bytes: &[u8]) {
        // Of a frame that is too long it only matters whether a line is empty: a little is kept to tell.
        let room = if self.is_too_long { 2 } else { FRAME_BYTES_MAX.saturating_sub(self.frame_bytes) + 2 };
        let kept = bytes.len().min(room.saturating_sub(self.line.len()));
        self.line.extend_from_slice(bytes.get(..kept).unwrap_or_default());
        self.judge_length();
    }

    fn judge_length(&mut self) {
        if self.waiting_bytes() > FRAME_BYTES_MAX && !self.is_too_long {
            self.is_too_long = true;
            self.frame = Frame::default();
            self.frame_bytes = 0;
            self.line.truncate(2);
        }
    }

    fn end_line(&mut self, frames: &mut Vec<Frame>) {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            return self.end_frame(frames);
        }
        if !self.is_too_long {
            self.frame_bytes += line.len() + 1;
            self.take_field(&String::from_utf8_lossy(line));
            self.judge_length();
        }
    }

    fn end_frame(&mut self, frames: &mut Vec<Frame>) {
        let frame = std::mem::take(&mut self.frame);
        self.frame_bytes = 0;
        let has_data = std::mem::take(&mut self.has_data);
        if std::mem::take(&mut self.is_too_long) {
            self.skipped += 1;
        } else if has_data {
            frames.push(frame);
        }
    }

    fn take_field(&mut self, line: &str) {
        if line.starts_with(':') {
            return; // a comment
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(is_blank).unwrap_or(value);
        match name.trim_matches(is_blank) {
            "event" => self.frame.event = Some(value.to_owned()),
            "id" => self.frame.id = Some(value.to_owned()),
            "retry" => self.frame.retry = number(value).or(self.frame.retry),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
            }
            _ => {} // of a later version of the format
        }
    }
}

/// A finite number, in decimal. Nothing written is 0.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_blank);
    let number = if text.is_empty() { Some(0.0) } else { text.parse::<f64>().ok() };
    number.filter(|number| number.is_finite())
}
