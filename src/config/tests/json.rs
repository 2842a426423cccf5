//! The reader of texts against a full parser: the same texts are right, and they mean the same.

use jsonc_parser::ast::Value as Parsed;
use jsonc_parser::{ParseOptions, parse_to_ast};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::hostile::json_value;
use crate::config::finding::Findings;
use crate::config::json;
use crate::config::tree::{Node, Origin, Value as Read};

fn full(text: &str) -> Option<Option<Value>> {
    parse_to_ast(text, &Default::default(), &strict()).ok().map(|parsed| parsed.value.map(of_ast))
}

fn ours(text: &str) -> Option<Option<Value>> {
    json::parse(text, Origin::Line, &mut Findings::default()).ok().map(|node| node.map(|node| of_node(&node)))
}

/// The full parser lets a string go over several lines; JSON does not, and neither do we.
fn goes_over_lines(value: &Value) -> bool {
    let text = value.to_string();
    text.contains("\\n") || text.contains("\\r")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_row_of_tokens_is_read_as_by_a_full_parser(tokens in vec(prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\\\"\"", "\"\\u00e4\"", "\"c\":", "1", "-2.5e3", "true", "null", "//", "/*",
        "*/", "*", "/", "\n", "\r", " ", "{\"a\":1}", "[],", "'", "x", "ä", "\\", "\"",
    ]), 0..14)) {
        // A number beyond all range is no question of grammar.
        prop_assume!(!tokens.concat().contains("e31"));
        // "\null" holds a line end that is none in the text: which of the two it was cannot be told from the value.
        prop_assume!(!tokens.concat().contains("\\n"));
        for text in [tokens.concat(), format!("{{\"a\":[{}]}}", tokens.concat())] {
            let full = full(&text).filter(|value| !value.as_ref().is_some_and(goes_over_lines));
            prop_assert_eq!(full, ours(&text), "{}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_read_as_by_a_full_parser(value in json_value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(full(&text), ours(&text), "{}", text);
    }
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Of keys given twice the first counts, as in the configuration.
fn of_ast(parsed: Parsed) -> Value {
    match parsed {
        Parsed::NullKeyword(_) => Value::Null,
        Parsed::BooleanLit(literal) => literal.value.into(),
        Parsed::NumberLit(literal) => serde_json::from_str::<f64>(literal.value).unwrap().into(),
        Parsed::StringLit(literal) => literal.value.into_owned().into(),
        Parsed::Array(array) => array.elements.into_iter().map(of_ast).collect(),
        Parsed::Object(object) => {
            let properties = object.properties.into_iter().rev();
            properties.map(|property| (property.name.into_string(), of_ast(property.value))).collect()
        }
    }
}

fn of_node(node: &Node) -> Value {
    match &node.value {
        Read::Null => Value::Null,
        Read::Bool(value) => (*value).into(),
        Read::Number(number) => (*number).into(),
        Read::Text(text) => text.clone().into(),
        Read::List(items) => items.iter().map(of_node).collect(),
        Read::Object(entries) => entries.iter().map(|(key, node)| (key.clone(), of_node(node))).collect(),
    }
}
