//! The boundary: the only file that names JavaScript. It converts and forwards.
//!
//! Text comes in, so a cyclic or enormous object of the host fails politely in `JSON.stringify`; a plain object of our
//! own closed shape goes out.

#[cfg(feature = "cli")]
mod cli;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::config::{self, Sink};
use crate::effect::{Effect, Output};
use crate::host;
use crate::input::Input;
use crate::pack::Pack as Core;
#[cfg(feature = "cli")]
use crate::redact::Secrets;
use crate::shim;
use crate::time::Now;

/// The pack for one directory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Pack {
    core: Core,
    /// When the shim was last told to wake us.
    wake_at_ms: Option<u64>,
}

#[wasm_bindgen]
impl Pack {
    /// A pack for what `boot` (see `shim::boot`) says; nothing where the configuration switches it off.
    ///
    /// # Errors
    ///
    /// When `boot` is not what the shim should say, or the machine gives no random seed.
    pub fn boot(wall_ms: f64, mono_ms: f64, boot: &str) -> Result<Option<Self>, JsError> {
        let boot = shim::boot(boot).map_err(|why| JsError::new(&why))?;
        let seed = getrandom::u64()?;
        Ok(Core::new(now(wall_ms, mono_ms), seed, boot).map(|core| Self { core, wake_at_ms: None }))
    }

    /// Takes a fact of the shim's own (JSON of `Input`).
    ///
    /// # Errors
    ///
    /// When `input` is not what the shim should say.
    #[wasm_bindgen(unchecked_return_type = "Output")]
    pub fn handle(&mut self, wall_ms: f64, mono_ms: f64, input: &str) -> Result<JsValue, JsError> {
        let input = shim::input(input).map_err(|why| JsError::new(&why))?;
        let output = self.core.handle(now(wall_ms, mono_ms), input);
        self.whole(&output)
    }

    /// Takes what a hook of the host was given. What cannot be read is a fact, too.
    ///
    /// What comes of it most often has a shorter form, for making an object is a sixth of what a line costs: nothing where
    /// nothing is to be done, and a text where all there is to do is to append it to the usual events file.
    ///
    /// # Errors
    ///
    /// None that the host could cause.
    #[wasm_bindgen(unchecked_return_type = "Output | string | undefined")]
    pub fn hear(&mut self, wall_ms: f64, mono_ms: f64, text: &str) -> Result<JsValue, JsError> {
        let input = host::v1::read(text)
            .unwrap_or_else(|error| Input::HostUnreadable { kind: error.kind, message: error.message });
        let output = self.core.handle(now(wall_ms, mono_ms), input);
        if output.wake_at_ms != self.wake_at_ms {
            return self.whole(&output);
        }
        match output.effects.as_slice() {
            [] => Ok(JsValue::UNDEFINED),
            [Effect::Append { sink: Sink::File { path: None }, line }] => Ok(JsValue::from_str(line)),
            _ => self.whole(&output),
        }
    }

    /// Where in an event of this type the values are that are to be handed over to be passed through (`hook` is `forward`),
    /// one a line; nothing where it is not wanted. The answer never changes.
    #[must_use]
    pub fn forwarded_fields(&self, kind: &str) -> Option<String> {
        self.core.forwarded_fields(kind).map(|fields| fields.join("\n"))
    }

    /// Names this start of the pack.
    #[must_use]
    pub fn boot_id(&self) -> String {
        self.core.boot_id().to_string()
    }

    /// Whether a gate is on: only then a hook waits for what becomes of its call.
    #[must_use]
    pub fn has_gate(&self) -> bool {
        self.core.has_gate()
    }

    /// Whether a call runs when the gate cannot say.
    #[must_use]
    pub fn fails_open(&self) -> bool {
        self.core.fail_mode() == config::FailMode::Open
    }

    /// Whether the host is to ask, too.
    #[must_use]
    pub fn has_host_lane(&self) -> bool {
        self.core.has_host_lane()
    }

    /// The control channels, in the form of the configuration; the usual file where no file is named; one a line.
    #[must_use]
    pub fn controls(&self) -> String {
        let names: Vec<String> = self.core.config().approvals.control.iter().map(ToString::to_string).collect();
        names.join("\n")
    }

    /// Whether anybody is called back: only then journals of earlier processes are taken over.
    #[must_use]
    pub fn calls_back(&self) -> bool {
        self.core.calls_back()
    }

    /// Size in bytes at which an events file is put aside, and how many of those are kept.
    #[must_use]
    pub fn rotation(&self) -> String {
        let rotate = &self.core.config().events.rotate;
        [rotate.bytes.to_string(), rotate.files.to_string()].join("\n")
    }
}

impl Pack {
    /// As an object, with the time to wake, which the shim knows from then on.
    fn whole(&mut self, output: &Output) -> Result<JsValue, JsError> {
        self.wake_at_ms = output.wake_at_ms;
        Ok(output.serialize(&Serializer::json_compatible())?)
    }
}

/// Those of the names, one a line, that say secret: the values of these variables go into the redactor. One text, because a
/// list of strings takes a millisecond of the start.
#[wasm_bindgen]
#[must_use]
pub fn secret_variables(names: &str) -> String {
    names.lines().filter(|name| crate::redact::says_secret(name)).collect::<Vec<_>>().join("\n")
}

/// Takes secrets out of texts, for the command line.
#[cfg(feature = "cli")]
#[wasm_bindgen]
#[derive(Debug)]
pub struct Redactor(crate::redact::Redactor);

#[cfg(feature = "cli")]
#[wasm_bindgen]
impl Redactor {
    /// A redactor with all built-in rules that knows these secret values, with `\0` between them.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(values: &str) -> Self {
        Self(crate::redact::Redactor::built_in(&Secrets::from_values(values.split('\0'))))
    }

    /// On the first line `rule start end` of each that was replaced, with commas between: places in the text as it was
    /// given, in bytes of UTF-8. From the second line on the text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let redacted = self.0.redact(text);
        let mut answer = String::with_capacity(redacted.text.len() + 64);
        for (place, it) in redacted.redactions.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            for part in [comma, it.rule, " ", &it.start.to_string(), " ", &it.end.to_string()] {
                answer.push_str(part);
            }
        }
        answer.push('\n');
        answer.push_str(&redacted.text);
        answer
    }
}

const fn now(wall_ms: f64, mono_ms: f64) -> Now {
    Now { wall_ms: whole_ms(wall_ms), mono_ms: whole_ms(mono_ms) }
}

/// Latest time that is believed, in milliseconds: what is computed from it must still be a whole number in JavaScript.
const MS_MAX: f64 = 4_503_599_627_370_496.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is negative or no number is 0")]
const fn whole_ms(ms: f64) -> u64 {
    (if ms > MS_MAX { MS_MAX } else { ms }) as u64
}
