//! Ukrainian in Latin letters (resolution 55 of the Cabinet, 27.01.2010), keys for look-up and for order.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest slug, in ASCII characters.
pub const SLUG_MAX: usize = 80;

/// Longest text that takes part in a sort key, in characters.
const SORT_MAX: usize = 200;

/// Whether the character is one of those people type for the Ukrainian apostrophe.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '‘' | '’' | 'ʼ' | 'ʹ' | '′' | '‛' | '＇')
}

/// Apostrophes between letters as U+2019, the form for display; quotation marks stay as they are.
pub fn apostrophe(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut chars = input.chars().peekable();
    let mut previous_is_letter = false;
    while let Some(c) = chars.next() {
        let inside = is_apostrophe(c) && previous_is_letter && chars.peek().is_some_and(|n| n.is_alphabetic() && !is_apostrophe(*n));
        out.push(if inside { '’' } else { c });
        previous_is_letter = c.is_alphabetic() && !is_apostrophe(c);
    }
    out
}

/// The romanisation of one lower-case Cyrillic letter: (at the start of a word, elsewhere).
fn romanise(c: char) -> Option<(&'static str, &'static str)> {
    let same = |s| Some((s, s));
    match c {
        'а' => same("a"),
        'б' => same("b"),
        'в' => same("v"),
        'г' => same("h"),
        'ґ' => same("g"),
        'д' => same("d"),
        'е' => same("e"),
        'є' => Some(("ye", "ie")),
        'ж' => same("zh"),
        'з' => same("z"),
        'и' => same("y"),
        'і' => same("i"),
        'ї' => Some(("yi", "i")),
        'й' => Some(("y", "i")),
        'к' => same("k"),
        'л' => same("l"),
        'м' => same("m"),
        'н' => same("n"),
        'о' => same("o"),
        'п' => same("p"),
        'р' => same("r"),
        'с' => same("s"),
        'т' => same("t"),
        'у' => same("u"),
        'ф' => same("f"),
        'х' => same("kh"),
        'ц' => same("ts"),
        'ч' => same("ch"),
        'ш' => same("sh"),
        'щ' => same("shch"),
        'ь' => same(""),
        'ю' => Some(("yu", "iu")),
        'я' => Some(("ya", "ia")),
        // Not Ukrainian, but they occur in names of people and places.
        'ё' => Some(("yo", "io")),
        'ъ' => same(""),
        'ы' => same("y"),
        'э' => same("e"),
        'ў' => same("u"),
        _ => None,
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Ukrainian text in Latin letters by resolution 55: «зг» is `zgh`, the soft sign and the apostrophe
/// disappear, word-initial forms are used after anything that is not a letter.
/// An all-capitals word stays so; other characters pass unchanged.
pub fn to_latin(input: &str) -> String {
    let chars: Vec<char> = input.nfc().collect();
    let at = |i: usize| chars.get(i).copied();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !is_apostrophe(c));
    let mut out = String::with_capacity(input.len());
    let mut inside_word = false;
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(at);
        let after = at(i + 1);
        if is_apostrophe(c) && letter(before) && letter(after) {
            continue;
        }
        let Some((first, rest)) = romanise(lower(c)) else {
            out.push(c);
            inside_word = c.is_alphabetic();
            continue;
        };
        let roman = match (lower(c), before.map(lower)) {
            ('г', Some('з')) => "gh",
            _ if inside_word => rest,
            _ => first,
        };
        inside_word = true;
        if !c.is_uppercase() {
            out.push_str(roman);
            continue;
        }
        let skip = |c: Option<char>| c.is_some_and(is_apostrophe);
        let next = if skip(after) { at(i + 2) } else { after };
        let neighbour = if letter(next) { next } else { before };
        let shouting = neighbour.is_some_and(char::is_uppercase);
        let mut letters = roman.chars();
        if let Some(head) = letters.next() {
            out.push(head.to_ascii_uppercase());
        }
        out.extend(letters.map(|l| if shouting { l.to_ascii_uppercase() } else { l }));
    }
    out
}

/// Lower-case Latin letters without marks, everything else in lower case: «É» is `e`, «ł» is `l`.
fn fold_latin(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    // Compatibility forms such as «𝒮» become capitals again, hence the second lowering.
    for c in input.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        match c {
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            c => out.push(c),
        }
    }
    out
}

/// A piece of an address: lower-case ASCII letters and digits joined by single hyphens, at most
/// [`SLUG_MAX`] characters, cut at a hyphen where one is near. Empty when nothing can be romanised:
/// the caller then uses the id alone.
pub fn slug(input: &str) -> String {
    let mut out = String::new();
    for c in fold_latin(&to_latin(input).to_lowercase()).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !is_apostrophe(c) && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    if out.len() > SLUG_MAX {
        let whole = out.as_bytes().get(SLUG_MAX) == Some(&b'-');
        out.truncate(SLUG_MAX);
        if let Some(cut) = out.rfind('-').filter(|cut| !whole && *cut >= SLUG_MAX / 2) {
            out.truncate(cut);
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// A key under which a Ukrainian name and its usual Latin spellings meet.
///
/// Both sides go through resolution 55, then case, apostrophes, ґ/г, doubled letters and the
/// choice between i, y and j are forgotten: «Знам’янка», `Znamianka` and `Znamyanka` give one key.
/// Words joined by single spaces, lower-case ASCII for Cyrillic and Latin input; meant for prefix look-up, not for identity.
pub fn latin_key(input: &str) -> String {
    let mut out = String::new();
    for word in fold_latin(&to_latin(input).to_lowercase())
        .chars()
        .filter(|c| !is_apostrophe(*c))
        .collect::<String>()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        // «зг» must not meet «ж» once g is h, so it gets a letter that the system never uses.
        let word = word.replace("zgh", "zq").replace("zhzh", "zh");
        let mut last = None;
        for c in word.chars() {
            let c = match c {
                'g' => 'h',
                'y' | 'j' => 'i',
                'w' => 'v',
                c => c,
            };
            if last != Some(c) || c.is_ascii_digit() {
                out.push(c);
            }
            last = Some(c);
        }
    }
    out
}

/// The Cyrillic alphabet in Ukrainian order; Russian letters stand where they do in Russian.
const ALPHABET: &str = "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюя";
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn base36(n: usize) -> char {
    DIGITS.get(n.min(35)).copied().map_or('z', char::from)
}

/// A key that puts texts in Ukrainian order (Г Ґ Д Е Є Ж З И І Ї Й … Ь Ю Я) under plain byte comparison.
///
/// Only `0-9a-z`, so locale-aware collations of PostgreSQL agree with bytes. Case, apostrophes and
/// punctuation do not count; runs of digits compare as numbers; order is space, digits, Ukrainian,
/// other Cyrillic, Latin, the rest. Equal keys are possible: add the id as the last order term.
pub fn sort_key(input: &str) -> String {
    let lowered = input.to_lowercase();
    let folded: Vec<char> = lowered
        .nfc()
        .take(SORT_MAX)
        .filter(|c| !is_apostrophe(*c))
        .flat_map(|c| if ALPHABET.contains(c) { vec![c] } else { fold_latin(&c.to_string()).chars().collect() })
        .collect();
    let mut out = String::with_capacity(folded.len() * 2);
    let mut gap = false;
    let mut chars = folded.into_iter().peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push_str("00");
            gap = false;
        }
        if c.is_ascii_digit() {
            let mut number = String::from(c);
            while let Some(d) = chars.next_if(char::is_ascii_digit) {
                number.push(d);
            }
            let number = number.trim_start_matches('0');
            out.push('1');
            out.push(base36(number.len()));
            out.push_str(number);
        } else if let Some(place) = ALPHABET.chars().position(|a| a == c) {
            out.push('c');
            out.push(base36(place));
        } else if c.is_ascii_alphabetic() {
            out.push('e');
            out.push(c);
        } else {
            let block = if ('\u{400}'..='\u{52F}').contains(&c) { 'd' } else { 'f' };
            out.push_str(&format!("{block}{:06x}", u32::from(c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_romanised_as_the_resolution_says() {
        for (uk, latin) in [
            ("Алушта", "Alushta"),
            ("Борщагівка", "Borshchahivka"),
            ("Вінниця", "Vinnytsia"),
            ("Гадяч", "Hadiach"),
            ("Згурський", "Zghurskyi"),
            ("Згорани", "Zghorany"),
            ("Розгон", "Rozghon"),
            ("Ґалаґан", "Galagan"),
            ("Єнакієве", "Yenakiieve"),
            ("Гаєвич", "Haievych"),
            ("Короп’є", "Koropie"),
            ("Житомир", "Zhytomyr"),
            ("Запоріжжя", "Zaporizhzhia"),
            ("Закарпаття", "Zakarpattia"),
            ("Медвин", "Medvyn"),
            ("Їжакевич", "Yizhakevych"),
            ("Кадиївка", "Kadyivka"),
            ("Мар’їне", "Marine"),
            ("Йосипівка", "Yosypivka"),
            ("Стрий", "Stryi"),
            ("Олексій", "Oleksii"),
            ("Київ", "Kyiv"),
            ("Знам’янка", "Znamianka"),
            ("Феодосія", "Feodosiia"),
            ("Харків", "Kharkiv"),
            ("Біла Церква", "Bila Tserkva"),
            ("Щербухи", "Shcherbukhy"),
            ("Гоща", "Hoshcha"),
            ("Русь", "Rus"),
            ("Юрій", "Yurii"),
            ("Надія", "Nadiia"),
            ("Костянтин", "Kostiantyn"),
            ("Нью-Йорк", "Niu-York"),
            ("Івано-Франківськ", "Ivano-Frankivsk"),
        ] {
            assert_eq!(to_latin(uk), latin);
        }
    }

    #[test]
    fn capitals_follow_the_word() {
        assert_eq!(to_latin("ЩЕРБАНІ"), "SHCHERBANI");
        assert_eq!(to_latin("Щ"), "Shch");
        assert_eq!(to_latin("РОЗГІН"), "ROZGHIN");
        assert_eq!(to_latin("ЗНАМ’ЯНКА"), "ZNAMIANKA");
        assert_eq!(to_latin("Я і Ви"), "Ya i Vy");
        assert_eq!(to_latin("‘Яна’, 5 шт."), "‘Yana’, 5 sht.");
    }

    #[test]
    fn slugs_are_short_lowercase_ascii() {
        assert_eq!(slug("Вінницька громада"), "vinnytska-hromada");
        assert_eq!(slug("  Об’єднання — «Дія», 2026!  "), "obiednannia-diia-2026");
        assert_eq!(slug("Łódź & Straße"), "lodz-strasse");
        assert_eq!(slug("漢字"), "");
        let long = slug(&"електронна черга ".repeat(20));
        assert!(long.len() <= SLUG_MAX && !long.ends_with('-'), "{long}");
        assert!(long.ends_with("cherha") || long.ends_with("elektronna"), "{long}");
        assert_eq!(slug(&"щ".repeat(200)).len(), SLUG_MAX);
    }

    #[test]
    fn latin_spellings_find_ukrainian_names() {
        for (uk, latin) in [
            ("Знам’янка", "Znamianka"),
            ("Знам'янка", "znamyanka"),
            ("Знамʼянка", "Znam'yanka"),
            ("Київ", "Kyiv"),
            ("Київ", "Kyyiv"),
            ("Запоріжжя", "Zaporizhia"),
            ("Запоріжжя", "Zaporizhzhya"),
            ("Хмельницький", "Khmelnytskyi"),
            ("Хмельницький", "Khmelnytskyy"),
            ("Юрій", "Yuriy"),
            ("Розгон", "Rozghon"),
            ("Ґалаґан", "Галаган"),
            ("Ґалаґан", "Galagan"),
            ("ВІННИЦЯ", "vinnytsia"),
            ("Івано-Франківськ", "ivano frankivsk"),
        ] {
            assert_eq!(latin_key(uk), latin_key(latin), "{uk} {latin}");
        }
        assert_ne!(latin_key("Розгон"), latin_key("Рожон"));
        assert_ne!(latin_key("Харків"), latin_key("Херсон"));
    }

    #[test]
    fn apostrophes_inside_words_become_typographic() {
        assert_eq!(apostrophe("об'єкт, пʼять, м`ята, з‘їзд, в´язь"), "об’єкт, п’ять, м’ята, з’їзд, в’язь");
        assert_eq!(apostrophe("'цитата' і ‘ще’"), "'цитата' і ‘ще’");
    }

    #[test]
    fn names_sort_in_the_order_of_the_ukrainian_alphabet() {
        let expected: Vec<String> = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ".chars().map(String::from).collect();
        let mut shuffled = expected.clone();
        shuffled.sort();
        shuffled.sort_by_key(|s| sort_key(s));
        assert_eq!(shuffled, expected);

        let names = [
            "",
            "Школа 2",
            "Школа 10",
            "гай",
            "Гайове",
            "ґава",
            "Ґанок",
            "Дуб",
            "Екран",
            "Євген",
            "Ємність",
            "Жовква",
            "ива",
            "Іванків",
            "Івано-Франківськ",
            "Ізюм",
            "Їжак",
            "Йосип",
            "м’ята",
            "мʼята лісова",
            "мятний",
            "Яблуко",
            "Zürich",
        ];
        let mut keyed: Vec<String> = names.iter().map(|n| sort_key(n)).collect();
        // The schools stand first only to read well; their place is by their letter.
        keyed.drain(1..3);
        let mut ordered = keyed.clone();
        ordered.sort();
        assert_eq!(keyed, ordered);
        assert!(sort_key("Школа 2") < sort_key("Школа 10"));
        assert_eq!(sort_key("М'ЯТА"), sort_key("м’ята"));
        assert!(sort_key("яя") < sort_key("a"));
    }

    proptest! {
        #[test]
        fn keys_are_total_and_plain(s in any::<String>()) {
            let key = sort_key(&s);
            prop_assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            prop_assert_eq!(&key, &sort_key(&s.to_lowercase()));
            let slug = slug(&s);
            prop_assert!(slug.len() <= SLUG_MAX);
            prop_assert!(slug.bytes().all(|b| b == b'-' || b.is_ascii_lowercase() || b.is_ascii_digit()));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }

        #[test]
        fn the_latin_key_of_a_romanised_name_is_the_key_of_the_name(s in "[А-ЩЬЮЯҐЄІЇа-щьюяґєії’ -]{0,30}") {
            prop_assert_eq!(latin_key(&to_latin(&s)), latin_key(&s));
        }
    }
}
