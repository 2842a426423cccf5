//! W3C trace context: which work belongs together, across processes.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::random::Random;

/// A trace id: 16 bytes, not all zero, written as 32 hex digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "String"))]
pub struct TraceId(u128);

/// A span id: 8 bytes, not all zero, written as 16 hex digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "String"))]
pub struct SpanId(u64);

/// Where a piece of work stands in a trace.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Span {
    /// The trace: that of `TRACEPARENT` where the process was given one, else one of the turn's own.
    pub trace_id: TraceId,
    /// The call.
    pub span_id: SpanId,
}

impl Span {
    /// A span in a trace of its own.
    pub fn root(random: &mut Random) -> Self {
        let trace = (u128::from(random.next()) << 64) | u128::from(random.next());
        Self { trace_id: TraceId(trace.max(1)), span_id: SpanId(random.next().max(1)) }
    }

    /// A span below this one.
    pub fn child(self, random: &mut Random) -> Self {
        Self { trace_id: self.trace_id, span_id: SpanId(random.next().max(1)) }
    }

    /// Reads a `traceparent`: version, trace, span, flags. Of a later version the first four parts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |text: &str, length| {
            text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let is_sound =
            is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
        if !is_sound || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let number = |text| u64::from_str_radix(text, 16).ok();
        let (high, low) = trace.split_at_checked(16)?;
        let trace = (u128::from(number(high)?) << 64) | u128::from(number(low)?);
        let span = number(span).filter(|&span| span != 0 && trace != 0)?;
        Some(Self { trace_id: TraceId(trace), span_id: SpanId(span) })
    }
}

/// A `traceparent` of version 00, sampled.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-01", self.trace_id.0, self.span_id.0)
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl Serialize for SpanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_and_written() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(Span::parse(text).map(|span| span.to_string()), Some(text.into()));
        assert!(Span::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later").is_some());
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
