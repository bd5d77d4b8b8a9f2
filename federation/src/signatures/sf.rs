//! The part of HTTP structured fields (RFC 9651) that signatures use, read strictly: what could be
//! read in two ways is not read at all.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::digest::BASE64;

const MAX_LENGTH: usize = 8 * 1024;
const MAX_MEMBERS: usize = 16;
const MAX_ITEMS: usize = 32;

/// A value without its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bare {
    /// `1700000000`
    Integer(i64),
    /// `"text"`
    Text(String),
    /// `token`
    Token(String),
    /// `:base64:`
    Bytes(Vec<u8>),
    /// `?1`, or nothing at all
    Flag(bool),
}

/// `;name=value` pairs in their order.
pub type Params = Vec<(String, Bare)>;

/// A value with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The value.
    pub value: Bare,
    /// Its parameters.
    pub params: Params,
}

/// What stands behind a key of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A single value.
    Item(Item),
    /// `(a b c);x=1`
    List(Vec<Item>, Params),
}

/// Reads a dictionary; `None` if it is malformed, too long, or names a key twice.
#[must_use]
pub fn dictionary(text: &str) -> Option<Vec<(String, Member)>> {
    if text.len() > MAX_LENGTH || !text.is_ascii() {
        return None;
    }
    let mut input = Input(text.trim_matches(' '));
    let mut members: Vec<(String, Member)> = Vec::new();
    while !input.0.is_empty() {
        let key = input.key()?;
        let member = if input.take('=') {
            if input.take('(') { input.list()? } else { Member::Item(input.item()?) }
        } else {
            Member::Item(Item { value: Bare::Flag(true), params: input.params()? })
        };
        if members.len() == MAX_MEMBERS || members.iter().any(|(k, _)| *k == key) {
            return None;
        }
        members.push((key, member));
        input.blanks();
        if input.0.is_empty() {
            break;
        }
        if !input.take(',') {
            return None;
        }
        input.blanks();
        if input.0.is_empty() {
            return None;
        }
    }
    Some(members)
}

/// Writes an inner list in the canonical form.
#[must_use]
pub fn write_list(items: &[Item], params: &Params) -> String {
    let items: Vec<String> = items.iter().map(write_item).collect();
    format!("({}){}", items.join(" "), write_params(params))
}

/// Writes an item in the canonical form.
#[must_use]
pub fn write_item(item: &Item) -> String {
    format!("{}{}", write_bare(&item.value), write_params(&item.params))
}

fn write_params(params: &Params) -> String {
    let mut out = String::new();
    for (name, value) in params {
        out.push(';');
        out.push_str(name);
        if *value != Bare::Flag(true) {
            out.push('=');
            out.push_str(&write_bare(value));
        }
    }
    out
}

fn write_bare(value: &Bare) -> String {
    match value {
        Bare::Integer(n) => n.to_string(),
        Bare::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Bare::Token(token) => token.clone(),
        Bare::Bytes(bytes) => format!(":{}:", STANDARD.encode(bytes)),
        Bare::Flag(flag) => format!("?{}", u8::from(*flag)),
    }
}

struct Input<'a>(&'a str);

impl<'a> Input<'a> {
    fn take(&mut self, c: char) -> bool {
        match self.0.strip_prefix(c) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (head, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        head
    }

    fn key(&mut self) -> Option<String> {
        let key = self.take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '*'));
        key.starts_with(|c: char| c.is_ascii_lowercase() || c == '*').then(|| key.to_owned())
    }

    fn list(&mut self) -> Option<Member> {
        let mut items = Vec::new();
        loop {
            self.0 = self.0.trim_start_matches(' ');
            if self.take(')') {
                return Some(Member::List(items, self.params()?));
            }
            if items.len() == MAX_ITEMS {
                return None;
            }
            items.push(self.item()?);
            if !self.0.starts_with([' ', ')']) {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<Item> {
        Some(Item { value: self.bare()?, params: self.params()? })
    }

    fn params(&mut self) -> Option<Params> {
        let mut params: Params = Vec::new();
        while self.take(';') {
            self.0 = self.0.trim_start_matches(' ');
            let name = self.key()?;
            let value = if self.take('=') { self.bare()? } else { Bare::Flag(true) };
            if params.len() == MAX_ITEMS || params.iter().any(|(n, _)| *n == name) {
                return None;
            }
            params.push((name, value));
        }
        Some(params)
    }

    fn bare(&mut self) -> Option<Bare> {
        let first = self.0.chars().next()?;
        match first {
            '"' => self.text(),
            ':' => {
                self.take(':');
                let encoded = self.take_while(|c| c != ':');
                if !self.take(':') {
                    return None;
                }
                BASE64.decode(encoded).ok().map(Bare::Bytes)
            }
            '?' => {
                self.take('?');
                if self.take('1') { Some(Bare::Flag(true)) } else { self.take('0').then_some(Bare::Flag(false)) }
            }
            '-' | '0'..='9' => {
                let minus = self.take('-');
                let digits = self.take_while(|c| c.is_ascii_digit());
                if digits.is_empty() || digits.len() > 15 || self.0.starts_with('.') {
                    return None;
                }
                let n: i64 = digits.parse().ok()?;
                Some(Bare::Integer(if minus { -n } else { n }))
            }
            c if c.is_ascii_alphabetic() || c == '*' => {
                let token = self.take_while(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c));
                Some(Bare::Token(token.to_owned()))
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Option<Bare> {
        self.take('"');
        let mut out = String::new();
        let mut chars = self.0.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.0 = self.0.get(at + 1..)?;
                    return Some(Bare::Text(out));
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => out.push(escaped),
                    _ => return None,
                },
                ' '..='~' => out.push(c),
                _ => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_input_is_read_and_written_back() {
        let text = r#"sig1=("@method" "content-digest";req);created=1700000000;keyid="https://a.example/#k";x"#;
        let members = dictionary(text).unwrap();
        assert_eq!(members.len(), 1);
        let Member::List(items, params) = &members[0].1 else { panic!("a list") };
        assert_eq!(items[0].value, Bare::Text("@method".into()));
        assert_eq!(format!("sig1={}", write_list(items, params)), text);
    }

    #[test]
    fn strings_with_escapes_survive() {
        let members = dictionary(r#"a="x \"y\" \\z", b=:aGk=:, c=?0, d=tok/en"#).unwrap();
        assert_eq!(members.len(), 4);
        let Member::Item(item) = &members[0].1 else { panic!("an item") };
        assert_eq!(item.value, Bare::Text(r#"x "y" \z"#.into()));
        assert_eq!(write_item(item), r#""x \"y\" \\z""#);
    }

    #[test]
    fn s08_what_could_be_read_in_two_ways_is_not_read() {
        for text in [
            "a=1, a=2",
            "a=1,",
            "a=(1 2",
            "a=(1,2)",
            "a=1 b=2",
            "a=\"x",
            "a=\"x\\n\"",
            "a=:x:y",
            "A=1",
            "a=1.5",
            "a=1234567890123456",
            "a;x=1;x=2",
            "a=\"ї\"",
            "=1",
        ] {
            assert_eq!(dictionary(text), None, "{text}");
        }
        assert_eq!(dictionary(""), Some(vec![]));
    }

    proptest::proptest! {
        #[test]
        fn s34_no_input_makes_the_reader_panic(text in ".{0,80}") {
            let _ = dictionary(&text);
        }

        #[test]
        fn s34_no_near_miss_makes_the_reader_panic(text in r#"[a-z0-9="(); :?@,\\.-]{0,60}"#) {
            let _ = dictionary(&text);
        }
    }
}
