//! Cursors of stable lists: where the next page begins, in the address and out of the reader's way.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The place after which a page begins: a sort value and the id that breaks its ties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort value, e.g. milliseconds.
    pub key: i64,
    /// The id among equal sort values.
    pub id: String,
}

impl Cursor {
    /// Opaque text fit for an address.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}|{}", self.key, self.id))
    }

    /// Reads it back; anything that is not a cursor means "from the start".
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        // No id has NUL in it, and one of the engines refuses it in text.
        let (key, id) = text.split_once('|').filter(|(_, id)| !id.contains('\0'))?;
        Some(Self { key: key.parse().ok()?, id: id.to_owned() })
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Where the next one begins, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts `rows`, fetched with `LIMIT size + 1`, to `size` and remembers where to go on.
    pub fn cut(mut rows: Vec<T>, size: usize, cursor_of: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(cursor_of) } else { None };
        Self { items: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_address_and_rubbish_means_the_start() {
        let cursor = Cursor { key: -5, id: "a|b".into() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        assert_eq!(Cursor::decode("%%%"), None);
        assert_eq!(Cursor::decode(&Cursor { key: 1, id: "\0".into() }.encode()), None);
    }
}
