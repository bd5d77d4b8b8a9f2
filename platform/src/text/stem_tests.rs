//! The gate of the stemmer: shares of forms not united and of words wrongly united, over the word list.

use std::collections::HashMap;

use super::*;
use proptest::prelude::*;

const LEXEMES: &str = include_str!("../../fixtures/text/lexemes.txt");

/// (part of speech, forms) of each word; the first form is the one of dictionaries.
fn lexemes() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut part = "";
    let mut found = Vec::new();
    for line in LEXEMES.lines() {
        match line.strip_prefix("# ") {
            Some(name) => part = name,
            None => found.push((part, line.split(' ').collect())),
        }
    }
    found
}

fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

#[test]
fn forms_of_a_word_meet_and_different_words_do_not() {
    let lexemes = lexemes();
    assert!(lexemes.len() >= 400);
    let (mut all_pairs, mut all_split) = (0, 0);
    let mut by_part: HashMap<&str, (u64, u64)> = HashMap::new();
    let mut worst = Vec::new();
    let mut owners: HashMap<String, HashMap<usize, u64>> = HashMap::new();
    for (number, (part, forms)) in lexemes.iter().enumerate() {
        let mut stems: HashMap<String, u64> = HashMap::new();
        for form in forms {
            let stem = stem(form);
            *stems.entry(stem.clone()).or_default() += 1;
            *owners.entry(stem).or_default().entry(number).or_default() += 1;
        }
        let total = pairs(forms.len() as u64);
        let split = total - stems.values().map(|n| pairs(*n)).sum::<u64>();
        all_pairs += total;
        all_split += split;
        let sums = by_part.entry(part).or_default();
        sums.0 += total;
        sums.1 += split;
        if split > 0 {
            worst.push((split * 100 / total, forms[0], stems));
        }
    }
    worst.sort_by_key(|(share, ..)| std::cmp::Reverse(*share));

    let forms: u64 = lexemes.iter().map(|(_, f)| f.len() as u64).sum();
    let strangers = pairs(forms) - all_pairs;
    let mut united = 0;
    let mut wrongly = Vec::new();
    for (stem, words) in &owners {
        let together: u64 = words.values().sum();
        let wrong = pairs(together) - words.values().map(|n| pairs(*n)).sum::<u64>();
        united += wrong;
        if wrong > 0 {
            wrongly.push((wrong, stem, words.keys().map(|n| lexemes[*n].1[0]).collect::<Vec<_>>()));
        }
    }
    wrongly.sort();

    // Parts per million, so that the gate needs no floating point.
    let under = all_split * 1_000_000 / all_pairs;
    let over = united * 1_000_000 / strangers;
    let report = format!(
        "under-stemming {under} ppm of {all_pairs} pairs ({by_part:?}), over-stemming {over} ppm of {strangers} pairs\n\
         split: {worst:#?}\nunited: {wrongly:#?}"
    );
    assert!(under <= 50_000, "{report}");
    assert!(over <= 300, "{report}");
    for (part, (total, split)) in &by_part {
        assert!(split * 100 <= total * 22, "{part}: {split} of {total}\n{report}");
    }
}

#[test]
fn words_people_search_for_meet_their_forms() {
    for forms in [
        "громада громади громадою громад громаді",
        "послуга послуг послузі послугами",
        "управління управлінням управлінь",
        "Київ Києва Києві",
        "Харків Харкова Харкові",
        "рік року роки років році",
        "особа осіб особи",
        "черга черзі черг",
        "можливість можливості можливістю",
        "об’єднання об'єднань обʼєднанням",
        "голосувати голосую голосувала голосуватиму голосуватимуть",
        "реєструватися реєструється реєструвався",
        "ґрунт грунту",
        "рівень рівня рівні",
        "дія дії дією",
    ] {
        let stems: Vec<String> = forms.split(' ').map(stem).collect();
        assert!(stems.windows(2).all(|w| w[0] == w[1]), "{forms}: {stems:?}");
    }
}

#[test]
fn words_that_only_look_alike_stay_apart() {
    for (one, other) in [
        ("голова", "голос"),
        ("право", "правило"),
        ("портал", "порт"),
        ("рішення", "рівень"),
        ("міст", "мета"),
        ("освіта", "особа"),
        ("програма", "прогрес"),
        ("держава", "держати"),
    ] {
        assert_ne!(stem(one), stem(other), "{one} {other}");
    }
}

#[test]
fn english_loses_its_plural_only() {
    for (word, expected) in [
        ("services", "service"),
        ("policies", "policy"),
        ("class", "class"),
        ("status", "status"),
        ("cities", "city"),
        ("gas", "gas"),
        ("analysis", "analysis"),
        ("2026", "2026"),
        ("e2e", "e2e"),
    ] {
        assert_eq!(stem(word), expected);
    }
}

proptest! {
    #[test]
    fn stemming_is_total_and_never_empties_a_word(word in "\\PC{0,12}", uk in "[а-щьюяґєії’]{1,14}") {
        stem(&word);
        prop_assert!(!stem(&uk).is_empty() || uk.chars().all(is_apostrophe));
        prop_assert!(stem(&uk).chars().all(char::is_alphanumeric));
    }
}
