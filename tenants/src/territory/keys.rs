//! What a unit may be found by: keys of its name, of its seat, of later words and of former names.

use std::collections::{HashMap, HashSet};

use ratusha_platform::{Lang, text::latin_key};

use super::{Category, Unit};

/// Why a key leads to a unit; the number is what the database keeps and how good the match is.
pub(super) const NAME: i64 = 0;
pub(super) const SEAT: i64 = 1;
pub(super) const LATER_WORD: i64 = 2;
pub(super) const FORMER_NAME: i64 = 3;

/// One way to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Lower-case letters and digits; words are joined by `0`, so that any collation orders keys as bytes.
    pub key: String,
    /// The unit.
    pub tail: String,
    /// [`NAME`] to [`FORMER_NAME`].
    pub kind: i64,
}

/// The key of a name.
pub(super) fn key_of(name: &str) -> String {
    latin_key(name).replace(' ', "0")
}

/// The first key that does not begin with `prefix`; `None` when there is none.
pub(super) fn after(prefix: &str) -> Option<String> {
    let mut bytes = prefix.as_bytes().to_vec();
    while let Some(last) = bytes.pop() {
        let next = match last {
            b'z' => continue,
            b'9' => b'a',
            other => other + 1,
        };
        bytes.push(next);
        return String::from_utf8(bytes).ok();
    }
    None
}

/// All keys of all units: `latest` holds the last state of each, `former` every earlier one.
pub(super) fn all(latest: &[Unit], former: &[Unit]) -> Vec<Key> {
    let mut keys: HashSet<Key> = HashSet::with_capacity(latest.len() * 5 / 4);
    let mut current: HashMap<&str, String> = HashMap::with_capacity(latest.len());
    for unit in latest {
        let key = key_of(&unit.name);
        for (at, _) in key.match_indices('0') {
            if let Some(rest) = key.get(at + 1..) {
                keys.insert(Key { key: rest.to_owned(), tail: unit.tail.clone(), kind: LATER_WORD });
            }
        }
        if unit.category == Category::O {
            // «Vinnytsia Oblast» is how the English name is written, and it is not a transliteration.
            let english = unit.display_name(Lang::En);
            let name = english.strip_suffix(" Oblast").unwrap_or(&english);
            keys.insert(Key { key: key_of(name), tail: unit.tail.clone(), kind: SEAT });
        }
        keys.insert(Key { key: key.clone(), tail: unit.tail.clone(), kind: NAME });
        current.insert(&unit.tail, key);
    }
    for unit in former {
        let key = key_of(&unit.name);
        if current.get(unit.tail.as_str()) != Some(&key) {
            keys.insert(Key { key, tail: unit.tail.clone(), kind: FORMER_NAME });
        }
    }
    for (tail, seat) in seats(latest) {
        keys.insert(Key { key: key_of(seat), tail: tail.to_owned(), kind: SEAT });
    }
    let mut keys: Vec<Key> = keys.into_iter().collect();
    keys.sort();
    keys
}

/// «Полтавська» without its ending; `None` for names that are no adjectives of this kind.
fn stem(name: &str) -> Option<&str> {
    name.strip_suffix("ка").or_else(|| name.strip_suffix("кий"))
}

/// Communities, raions and oblasts that carry the name of a place inside them, with that place's name.
///
/// The codifier does not name seats, but «Полтава» must lead to Полтавська громада: the place whose name shares
/// the longest beginning with the community's is taken, if no more than its ending differs.
fn seats(latest: &[Unit]) -> Vec<(&str, &str)> {
    let mut places: HashMap<&str, Vec<&Unit>> = HashMap::new();
    let by_tail: HashMap<&str, &Unit> = latest.iter().map(|u| (u.tail.as_str(), u)).collect();
    for unit in latest {
        if let (Category::M | Category::T | Category::X | Category::C, Some(parent)) = (unit.category, &unit.parent) {
            places.entry(parent).or_default().push(unit);
        }
    }
    let mut out = Vec::new();
    for community in latest.iter().filter(|u| u.category == Category::H) {
        let Some(stem_of_community) = stem(&community.name) else { continue };
        let near = |place: &&&Unit| shared(&place.name, &community.name);
        let Some(seat) = places.get(community.tail.as_str()).and_then(|inside| inside.iter().rev().max_by_key(near)).filter(|place| {
            let shared = shared(&place.name, &community.name);
            shared >= 3 && shared + 3 >= place.name.chars().count()
        }) else {
            continue;
        };
        out.push((community.tail.as_str(), seat.name.as_str()));
        let mut above = community.parent.as_deref();
        while let Some(unit) = above.and_then(|tail| by_tail.get(tail)) {
            if stem(&unit.name) == Some(stem_of_community) {
                out.push((unit.tail.as_str(), seat.name.as_str()));
            }
            above = unit.parent.as_deref();
        }
    }
    out
}

/// How many letters two names begin with alike.
fn shared(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_next_key() {
        assert_eq!(after("lv").as_deref(), Some("lw"));
        assert_eq!(after("az").as_deref(), Some("b"));
        assert_eq!(after("9").as_deref(), Some("a"));
        assert_eq!(after("zz"), None);
    }
}
