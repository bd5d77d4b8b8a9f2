//! Reading foreign JSON: every limit is checked while reading, before anything deep or large is
//! built.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep objects and arrays may be nested.
pub const MAX_DEPTH: usize = 50;
/// How many items an array, or members an object, may have.
pub const MAX_ITEMS: usize = 500;
/// The longest text, in bytes.
pub const MAX_TEXT: usize = 256 * 1024;
/// The longest name of a member, in bytes.
pub const MAX_NAME: usize = 1024;

/// How many values a document may have altogether, so that a small body does not become a large tree.
pub const MAX_VALUES: usize = 50_000;

/// Why JSON from outside is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonRefusal {
    /// Not JSON.
    #[error("the JSON cannot be read")]
    Syntax,
    /// More than [`MAX_DEPTH`] levels.
    #[error("the JSON is nested too deeply")]
    Depth,
    /// More than [`MAX_ITEMS`] in one place, or than [`MAX_VALUES`] in all.
    #[error("an array or object has too many items")]
    Items,
    /// A text above [`MAX_TEXT`] or a name above [`MAX_NAME`].
    #[error("a text is too long")]
    Text,
    /// One member twice: two readers would see two documents.
    #[error("a member stands twice")]
    Duplicate,
}

impl JsonRefusal {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "json_syntax",
            Self::Depth => "json_depth",
            Self::Items => "json_items",
            Self::Text => "json_text",
            Self::Duplicate => "json_duplicate",
        }
    }
}

/// Reads a document within the limits; the size of `bytes` itself is capped by whoever read them.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonRefusal> {
    let (hit, left) = (Cell::new(JsonRefusal::Syntax), Cell::new(MAX_VALUES));
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Limited { depth: MAX_DEPTH, hit: &hit, left: &left }.deserialize(&mut reader).map_err(|_| hit.get())?;
    reader.end().map_err(|_| JsonRefusal::Syntax)?;
    Ok(value)
}

/// Whether a document uses JSON-LD keywords that move its parts elsewhere, or gives the words of
/// ActivityPub another meaning; such a document must not be believed for its signature.
#[must_use]
pub fn restructures(document: &Map<String, Value>) -> bool {
    document.iter().any(|(name, value)| match name.as_str() {
        "@graph" | "@included" | "@reverse" | "@nest" => true,
        "@context" => super::ids::one_or_many(value).iter().filter_map(Value::as_object).any(redefines),
        _ => inside(value),
    })
}

fn inside(value: &Value) -> bool {
    match value {
        Value::Object(object) => restructures(object),
        Value::Array(items) => items.iter().any(inside),
        _ => false,
    }
}

/// Words whose meaning decides who said what to whom, with where they may point.
const FIXED: [(&str, &[&str]); 10] = [
    ("id", &["@id"]),
    ("type", &["@type"]),
    ("actor", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("object", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("attributedTo", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("to", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("cc", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("inReplyTo", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("audience", &["as:", "https://www.w3.org/ns/activitystreams#"]),
    ("proof", &["sec:", "https://w3id.org/security#"]),
];

fn redefines(context: &Map<String, Value>) -> bool {
    FIXED.iter().any(|(word, allowed)| {
        let Some(definition) = context.get(*word) else { return false };
        let target = definition.as_str().or_else(|| definition.get("@id").and_then(Value::as_str));
        let fits = |prefix: &&str| match target {
            Some(t) if prefix.starts_with('@') => t == *prefix,
            Some(t) => t.strip_prefix(*prefix) == Some(*word),
            None => false,
        };
        !allowed.iter().any(fits)
    })
}

/// About how many bytes of memory a document takes.
#[must_use]
pub fn weight(value: &Value) -> usize {
    const EACH: usize = 64;
    EACH + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + EACH + weight(value)).sum(),
        _ => 0,
    }
}

#[derive(Clone, Copy)]
struct Limited<'a> {
    depth: usize,
    hit: &'a Cell<JsonRefusal>,
    left: &'a Cell<usize>,
}

impl Limited<'_> {
    fn refuse<E: serde::de::Error>(self, why: JsonRefusal) -> E {
        self.hit.set(why);
        E::custom(why)
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(self.refuse(JsonRefusal::Depth)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Limited<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(self.refuse(JsonRefusal::Items)),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Limited<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON within the limits")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Value, E> {
        if v.len() > MAX_TEXT {
            return Err(self.refuse(JsonRefusal::Text));
        }
        Ok(Value::String(v.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            if items.len() == MAX_ITEMS {
                return Err(self.refuse(JsonRefusal::Items));
            }
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if name.len() > MAX_NAME {
                return Err(self.refuse(JsonRefusal::Text));
            }
            if members.len() == MAX_ITEMS {
                return Err(self.refuse(JsonRefusal::Items));
            }
            let value = map.next_value_seed(inner)?;
            if members.insert(name, value).is_some() {
                return Err(self.refuse(JsonRefusal::Duplicate));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_and_every_kind_of_value_survive() {
        let text = r#"{"b":[1,-2,2.5,true,null,"ї"],"a":{"x":{}}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn s23_a_depth_bomb_is_refused_and_does_not_overflow() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(deep(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(parse(deep(MAX_DEPTH + 1).as_bytes()), Err(JsonRefusal::Depth));
        assert_eq!(parse("[".repeat(500_000).as_bytes()), Err(JsonRefusal::Depth));
        assert_eq!(parse(r#"{"a":"#.repeat(200_000).as_bytes()), Err(JsonRefusal::Depth));
    }

    #[test]
    fn s23_wide_and_long_documents_are_refused() {
        let wide = |n: usize| format!("[{}]", vec!["1"; n].join(","));
        assert!(parse(wide(MAX_ITEMS).as_bytes()).is_ok());
        assert_eq!(parse(wide(MAX_ITEMS + 1).as_bytes()), Err(JsonRefusal::Items));
        let members: Vec<String> = (0..=MAX_ITEMS).map(|n| format!("\"{n}\":1")).collect();
        let object = format!("{{{}}}", members.join(","));
        assert_eq!(parse(object.as_bytes()), Err(JsonRefusal::Items));
        let long = format!("\"{}\"", "a".repeat(MAX_TEXT + 1));
        assert_eq!(parse(long.as_bytes()), Err(JsonRefusal::Text));
        let name = format!("{{\"{}\":1}}", "a".repeat(MAX_NAME + 1));
        assert_eq!(parse(name.as_bytes()), Err(JsonRefusal::Text));
    }

    #[test]
    fn r05_a_small_body_does_not_become_a_large_tree() {
        let row = format!("[{}]", vec!["[]"; MAX_ITEMS].join(","));
        let bomb = format!("[{}]", vec![row.as_str(); 400].join(","));
        assert!(bomb.len() < 1024 * 1024);
        assert_eq!(parse(bomb.as_bytes()), Err(JsonRefusal::Items));
        let fine = format!("[{}]", vec![row.as_str(); 90].join(","));
        assert!(weight(&parse(fine.as_bytes()).unwrap()) > 90 * MAX_ITEMS * 64);
    }

    #[test]
    fn s17_a_member_that_stands_twice_is_refused() {
        assert_eq!(parse(br#"{"actor":"a","actor":"b"}"#), Err(JsonRefusal::Duplicate));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for bad in ["", "{", "{} {}", "nul", "[1,]", "\"\\ud800\"", "1e999"] {
            assert_eq!(parse(bad.as_bytes()), Err(JsonRefusal::Syntax), "{bad}");
        }
        assert_eq!(parse(&[0xff, 0xfe]), Err(JsonRefusal::Syntax));
    }

    #[test]
    fn s17_documents_that_restructure_themselves_are_recognised() {
        let restructured = |v: Value| restructures(v.as_object().unwrap());
        assert!(restructured(json!({"@graph": []})));
        assert!(restructured(json!({"object": [{"@reverse": {}}]})));
        assert!(restructured(json!({"@context": [{"actor": "https://evil.example/x"}]})));
        assert!(restructured(json!({"@context": {"to": {"@id": "as:cc"}}})));
        assert!(!restructured(json!({
            "@context": ["https://www.w3.org/ns/activitystreams", {
                "sensitive": "as:sensitive", "to": {"@id": "as:to", "@type": "@id"}, "id": "@id"
            }],
            "actor": "https://a.example/"
        })));
    }

    proptest::proptest! {
        #[test]
        fn s34_no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}
