//! Our own shapes as text.

use std::fmt::{self, Write as _};
use std::mem;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Number;

/// A value as JSON, on one line, as serde_json writes it.
///
/// By hand, because a line is half of what an event costs: serde_json hands every quote, colon and comma to the writer on
/// its own and looks for what to escape in the names of fields, too.
pub(crate) fn text(value: &(impl Serialize + ?Sized)) -> String {
    let mut text = Text(Vec::with_capacity(USUAL_BYTES));
    // Cannot fail: our own shapes have text keys and no failing serializer.
    if value.serialize(&mut text).is_err() {
        text.0.clear();
    }
    // Of texts and ASCII: always UTF-8.
    String::from_utf8(text.0).unwrap_or_default()
}

/// Most lines are shorter.
const USUAL_BYTES: usize = 1_024;

/// Bytes, because a `char` is pushed at three times the cost.
struct Text(Vec<u8>);

impl Text {
    fn escaped(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let Some(at) = rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            let (run, odd) = rest.split_at(at);
            self.0.extend_from_slice(run);
            let Some((&byte, after)) = odd.split_first() else { return };
            let short = match byte {
                b'"' | b'\\' => Some(byte),
                b'\n' => Some(b'n'),
                b'\r' => Some(b'r'),
                b'\t' => Some(b't'),
                8 => Some(b'b'),
                12 => Some(b'f'),
                _ => None,
            };
            match short {
                Some(letter) => self.0.extend_from_slice(&[b'\\', letter]),
                None => {
                    let (high, low) = (byte / 16, byte % 16);
                    let low = low + if low < 10 { b'0' } else { b'a' - 10 };
                    self.0.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + high, low]);
                }
            }
            rest = after;
        }
        self.0.extend_from_slice(rest);
    }

    fn digits(&mut self, number: u64) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.0.push(b'0' + (number % 10) as u8);
    }

    fn open<'t>(&'t mut self, open: &str, close: &'static str) -> Result<Compound<'t>, fmt::Error> {
        self.0.extend_from_slice(open.as_bytes());
        Ok(Compound { text: self, is_first: true, close })
    }

    /// A variant that is more than its name: an object of one field.
    fn variant(&mut self, name: &str) {
        self.0.extend_from_slice(b"{\"");
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }
}

/// What `Display` writes into a text.
impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.escaped(text);
        Ok(())
    }
}

/// An object or a list that is being written.
struct Compound<'t> {
    text: &'t mut Text,
    is_first: bool,
    close: &'static str,
}

impl Compound<'_> {
    fn next(&mut self) {
        if !mem::take(&mut self.is_first) {
            self.text.0.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.next();
        value.serialize(&mut *self.text)
    }

    /// The names of fields are identifiers: nothing in them is escaped.
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> fmt::Result {
        self.next();
        self.text.0.push(b'"');
        self.text.0.extend_from_slice(name.as_bytes());
        self.text.0.extend_from_slice(b"\":");
        value.serialize(&mut *self.text)
    }

    fn close(self) -> fmt::Result {
        self.text.0.extend_from_slice(self.close.as_bytes());
        Ok(())
    }
}

impl<'t> Serializer for &'t mut Text {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Compound<'t>;
    type SerializeTuple = Compound<'t>;
    type SerializeTupleStruct = Compound<'t>;
    type SerializeTupleVariant = Compound<'t>;
    type SerializeMap = Compound<'t>;
    type SerializeStruct = Compound<'t>;
    type SerializeStructVariant = Compound<'t>;

    fn serialize_bool(self, flag: bool) -> fmt::Result {
        self.0.extend_from_slice(if flag { "true" } else { "false" }.as_bytes());
        Ok(())
    }

    fn serialize_i8(self, number: i8) -> fmt::Result {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> fmt::Result {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> fmt::Result {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> fmt::Result {
        if number < 0 {
            self.0.push(b'-');
        }
        self.digits(number.unsigned_abs());
        Ok(())
    }

    fn serialize_u8(self, number: u8) -> fmt::Result {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> fmt::Result {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> fmt::Result {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> fmt::Result {
        self.digits(number);
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> fmt::Result {
        self.serialize_f64(number.into())
    }

    /// Serde_json's own digits; what is no number is null.
    fn serialize_f64(self, number: f64) -> fmt::Result {
        match Number::from_f64(number) {
            // ASCII that needs no escape.
            Some(number) => write!(self, "{number}"),
            None => self.serialize_unit(),
        }
    }

    fn serialize_char(self, c: char) -> fmt::Result {
        self.serialize_str(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> fmt::Result {
        self.0.push(b'"');
        self.escaped(text);
        self.0.push(b'"');
        Ok(())
    }

    /// None of our shapes has them.
    fn serialize_bytes(self, _: &[u8]) -> fmt::Result {
        Err(fmt::Error)
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> fmt::Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> fmt::Result {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.0.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'t>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'t>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'t>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'t>, fmt::Error> {
        self.variant(variant);
        self.open("[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'t>, fmt::Error> {
        self.open("{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'t>, fmt::Error> {
        self.open("{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'t>, fmt::Error> {
        self.variant(variant);
        self.open("{", "}}")
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> fmt::Result {
        self.0.push(b'"');
        write!(self, "{value}")?;
        self.0.push(b'"');
        Ok(())
    }
}

impl SerializeSeq for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.item(value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeTuple for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.item(value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeTupleStruct for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.item(value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeTupleVariant for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.item(value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        self.next();
        let at = self.text.0.len();
        key.serialize(&mut *self.text)?;
        self.text.0.push(b':');
        // A key is a text.
        if self.text.0.get(at) == Some(&b'"') { Ok(()) } else { Err(fmt::Error) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        value.serialize(&mut *self.text)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> fmt::Result {
        self.field(name, value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

impl SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> fmt::Result {
        self.field(name, value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(u8),
        Tuple(i64, Option<()>),
        Struct { a: f64, b: char },
    }

    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Plain { n: i32 },
        Empty,
    }

    #[derive(Serialize)]
    struct All<'a> {
        shapes: Vec<Shape>,
        tagged: (Tagged, Tagged),
        #[serde(flatten)]
        more: BTreeMap<String, Value>,
        #[serde(serialize_with = "shown")]
        shown: &'a str,
        ends: [i64; 2],
        most: u64,
        odd: [f64; 5],
    }

    fn shown<S: Serializer>(text: &&str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(text)
    }

    #[test]
    fn every_shape_is_written_as_serde_json_writes_it() {
        let all = All {
            shapes: vec![Shape::Unit, Shape::Newtype(7), Shape::Tuple(-1, None), Shape::Struct { a: 1.0, b: '"' }],
            tagged: (Tagged::Plain { n: -3 }, Tagged::Empty),
            more: BTreeMap::from([("x\"\n".into(), json!({ "y": [] })), ("z".into(), json!(null))]),
            shown: "a \"b\" \u{1f}",
            ends: [i64::MIN, i64::MAX],
            most: u64::MAX,
            odd: [0.1, -0.0, 1e300, f64::NAN, f64::INFINITY],
        };
        assert_eq!(text(&all), serde_json::to_string(&all).unwrap());
    }

    #[test]
    fn every_character_is_escaped_as_serde_json_escapes_it() {
        for c in (0..=0x2100).filter_map(char::from_u32).chain(['\u{fffd}', '\u{1f600}']) {
            let c = format!("a{c}{c}b");
            assert_eq!(text(&c), serde_json::to_string(&c).unwrap());
        }
    }

    #[test]
    fn a_key_that_is_no_text_makes_no_line() {
        assert_eq!(text(&BTreeMap::from([(1, 2)])), "");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_serde_json_writes_it(value in value()) {
            prop_assert_eq!(text(&value), serde_json::to_string(&value).unwrap());
        }
    }
}
