//! Light stemmers for search: grammar endings only, so that forms of one word meet and other words do not.
//!
//! Ukrainian is measured against a list of words with all their forms (see the tests); English loses its plural.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::translit::is_apostrophe;

/// Fewest letters that an ending may leave.
const MIN_STEM: usize = 3;
/// Fewest letters that an ending or suffix in -ов-, -ев- may leave: «голові» is «голов-і», «депутатові» «депутат-ові».
const MIN_LONG: usize = 5;

/// Endings; the longest counts and leaves at least [`MIN_STEM`] letters.
const ENDINGS: &[&str] = &[
    "увавши",
    "ювавши",
    "увати",
    "ювати",
    "увала",
    "увало",
    "ували",
    "ювала",
    "ювало",
    "ювали",
    "авши",
    "ивши",
    "івши",
    "явши",
    "увши",
    "уємо",
    "уєте",
    "уйте",
    "юємо",
    "юєте",
    "юйте",
    "аємо",
    "аєте",
    "айте",
    "яємо",
    "яєте",
    "яйте",
    "ієте",
    "ійте",
    "ують",
    "юють",
    "ають",
    "яють",
    "іють",
    "ував",
    "ював",
    "ього",
    "ьому",
    "іями",
    "еями",
    "аючи",
    "уючи",
    "ати",
    "яти",
    "ити",
    "іти",
    "їти",
    "ути",
    "ала",
    "ало",
    "али",
    "яла",
    "яло",
    "яли",
    "ила",
    "ило",
    "или",
    "іла",
    "іло",
    "іли",
    "ула",
    "уло",
    "ули",
    "аєш",
    "яєш",
    "уєш",
    "юєш",
    "ієш",
    "емо",
    "ете",
    "уть",
    "ють",
    "имо",
    "ите",
    "ить",
    "ять",
    "ать",
    "іть",
    "іте",
    "імо",
    "ючи",
    "учи",
    "ячи",
    "ого",
    "ому",
    "ьої",
    "ьою",
    "ими",
    "іми",
    "їми",
    "ами",
    "ями",
    "ією",
    "іям",
    "іях",
    "ієм",
    "іїв",
    "еєю",
    "еям",
    "еях",
    "еєм",
    "еїв",
    "уєть",
    "юєть",
    "аєть",
    "яєть",
    "ієть",
    "еть", // before -ся
    "аю",
    "ає",
    "ав",
    "ай",
    "яю",
    "яє",
    "яв",
    "яй",
    "ую",
    "ує",
    "уй",
    "юю",
    "ює",
    "юй",
    "ію",
    "іє",
    "ів",
    "ив",
    "ув",
    "еш",
    "иш",
    "ою",
    "ею",
    "єю",
    "ам",
    "ям",
    "ах",
    "ях",
    "ом",
    "ем",
    "єм",
    "їв",
    "ей",
    "ія",
    "ії",
    "ій",
    "ея",
    "еї",
    "ий",
    "им",
    "ім",
    "їм",
    "ої",
    "их",
    "іх",
    "їх",
    "а",
    "я",
    "о",
    "е",
    "є",
    "у",
    "ю",
    "и",
    "і",
    "ї",
    "ь",
    "й",
];

/// Dative endings that need [`MIN_LONG`] letters before them.
const LONG_ENDINGS: &[&str] = &["ові", "еві", "єві"];

/// Stems whose last letters look like an ending; `^` marks a whole stem. In order: no infinitives and
/// verb forms in -ати, -ити, -ути, -ять; no past tense in -ала, -ила; no -ав, -ив, -ів; no case endings
/// -ам, -ем, -им, -ом, -ах; others; -ія after so little that the rest alone would mean nothing.
const GUARDED: &str = "
    депутат результат кандидат мандат ікат окат ормат автомат егат гранат лауреат сонат ціонат
    експонат чемпіонат апарат препарат витрат втрат затрат плат палат кімнат координат комбат
    адресат сенат трактат штат квадрат цитат лопат солдат аріат кредит візит аудит депозит
    реквізит дефіцит профіцит освіт звіт світ ліміт еліт орбіт привіт політ магніт граніт ститут
    статут маршрут трибут рекрут памят памятт
    портал журнал канал сигнал іал капітал сонал ціонал метал квартал генерал адмірал інтервал
    підвал перевал карнавал арсенал вокзал ритуал фінал шпитал кристал загал ^начал ухвал
    дзеркал правил ^сил могил світил чорнил вітрил перил крил озділ відділ наділ поділ ^тіл ^діл
    ^стріл формул капсул акул
    держав вистав ^справ устав забав норматив іціатив рнатив егатив озитив оператив ектив ^актив
    ^мотив пасив ^масив вплив ^прорив ^розрив ^порив архів наспів
    програм реклам телеграм діаграм кілограм проблем систем теорем режим максим диплом прийом
    альбом синдром аеродром симптом перелом ^страх
    звича урожа врожа товариш
    ^поді ^наді ^місі ^сері ^ліні ^акці
";

/// [`GUARDED`] by last letter.
static GUARDS: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut guards: HashMap<char, Vec<&str>> = HashMap::new();
    for guard in GUARDED.split_whitespace() {
        if let Some(last) = guard.chars().next_back() {
            guards.entry(last).or_default().push(guard);
        }
    }
    guards
});

fn is_guarded(stem: &str) -> bool {
    let guards = stem.chars().next_back().and_then(|last| GUARDS.get(&last));
    guards.is_some_and(|guards| guards.iter().any(|g| matches_tail(stem, g)))
}

/// Words without an ending whose vowel changes when an ending follows; `^` marks a whole word.
const CLOSED: &[(&str, &str)] = &[
    ("^рік", "рок"),
    ("^бік", "бок"),
    ("^ніч", "ноч"),
    ("північ", "півноч"),
    ("^річ", "реч"),
    ("^піч", "печ"),
    ("^сіль", "соль"),
    ("піль", "поль"),
    ("^сіл", "сел"),
    ("^стіл", "стол"),
    ("двір", "двор"),
    ("говір", "говор"),
    ("твір", "твор"),
    ("бір", "бор"),
    ("стір", "стор"),
    ("папір", "папер"),
    ("хід", "ход"),
    ("сіб", "соб"),
    ("потік", "поток"),
    ("витік", "виток"),
    ("звіл", "звол"),
    ("робіт", "робот"),
    ("доріг", "дорог"),
    ("^ніг", "ног"),
    ("^гір", "гор"),
    ("сторін", "сторон"),
    ("шкіл", "школ"),
    ("^голів", "голов"),
    ("^корів", "коров"),
    ("^острів", "остров"),
    ("^слів", "слов"),
    ("^кіл", "кол"),
    ("^ігор", "ігр"),
    ("^лід", "льод"),
    ("^київ", "києв"),
    ("львів", "львов"),
    ("^харків", "харков"),
    ("^чернігів", "чернігов"),
    ("^миколаїв", "миколаєв"),
    ("^канів", "канев"),
    ("^глухів", "глухов"),
    ("^фастів", "фастов"),
    ("^васильків", "васильков"),
    ("^бердичів", "бердичев"),
    ("^обухів", "обухов"),
    ("^болехів", "болехов"),
    ("^чугуїв", "чугуєв"),
    ("^бориспіль", "борисполь"),
    ("^січень", "січн"),
    ("^учень", "учн"),
    ("^тиждень", "тижн"),
    ("^ніччю", "ноч"),
    ("^річчю", "реч"),
];

/// Stems before the ending -і whose last consonant changed: «у черзі» is «черг-».
const SOFTENED: &[(&str, &str)] = &[
    ("черз", "черг"),
    ("послуз", "послуг"),
    ("дороз", "дорог"),
    ("книз", "книг"),
    ("вимоз", "вимог"),
    ("допомоз", "допомог"),
    ("перемоз", "перемог"),
    ("уваз", "уваг"),
    ("підлоз", "підлог"),
    ("заслуз", "заслуг"),
    ("тиц", "тик"),
    ("диц", "дик"),
    ("іц", "ік"),
    ("ец", "ек"),
    ("уц", "ук"),
    ("^роц", "рок"),
    ("^боц", "бок"),
    ("^музиц", "музик"),
];

/// Words whose forms no rule unites: (stem, forms).
const IRREGULAR: &[(&str, &[&str])] = &[
    ("день", &["день", "дня", "дню", "днем", "дні", "днів", "дням", "днями", "днях"]),
    ("дія", &["дія", "дії", "дію", "дією", "дій", "діям", "діями", "діях"]),
    ("людин", &["люди", "людей", "людям", "людьми", "людях"]),
    ("дитин", &["діти", "дітей", "дітям", "дітьми", "дітях"]),
    ("імен", &["імя", "імені", "іменем", "імена", "імен", "іменам", "іменами", "іменах"]),
    ("край", &["край", "краю", "краєм", "краї", "країв", "краям", "краями", "краях"]),
];

fn is_vowel(c: char) -> bool {
    "аеєиіїоуюя".contains(c)
}

fn length(word: &str) -> usize {
    word.chars().count()
}

/// Whether `word` ends with `pattern`, or is it when the pattern starts with `^`.
fn matches_tail(word: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('^') {
        Some(whole) => word == whole,
        None => word.ends_with(pattern),
    }
}

fn replace_tail(word: &mut String, table: &[(&str, &str)]) -> bool {
    let Some((from, to)) = table.iter().find(|(from, _)| matches_tail(word, from)) else {
        return false;
    };
    word.truncate(word.len() - from.trim_start_matches('^').len());
    word.push_str(to);
    true
}

/// The word without the reflexive particle, when what is left is a verb form or a pronoun.
fn without_reflexive(word: &str) -> &str {
    const BEFORE: &[&str] = &["ти", "ть", "в", "ла", "ло", "ли", "є", "ю", "у", "ш", "мо", "те", "й", "и", "чи", "ши"];
    word.strip_suffix("ся")
        .or_else(|| word.strip_suffix("сь"))
        .filter(|verb| length(verb) >= MIN_STEM && BEFORE.iter().any(|e| verb.ends_with(e)))
        .unwrap_or(word)
}

/// The infinitive of a synthetic future: «голосуватиму» is «голосувати».
fn without_future(word: &str) -> &str {
    ["мемо", "мете", "муть", "меш", "му", "ме"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|infinitive| infinitive.ends_with("ти") && length(infinitive) >= MIN_STEM + 2)
        .unwrap_or(word)
}

/// The stem and the ending.
fn split_ending(word: &str) -> (&str, &str) {
    let endings = || LONG_ENDINGS.iter().chain(ENDINGS);
    if is_guarded(word) {
        return (word, "");
    }
    let mut best = (word, "");
    for ending in endings() {
        let Some(stem) = word.strip_suffix(ending) else { continue };
        let least = if LONG_ENDINGS.contains(ending) { MIN_LONG } else { MIN_STEM };
        if length(stem) < least {
            continue;
        }
        if is_guarded(stem) {
            return (stem, ending);
        }
        if ending.len() > best.1.len() {
            best = (stem, ending);
        }
    }
    best
}

/// A word without an ending loses the vowel that only fills it: «ринок» is «ринк-», «рівень» «рівн-».
fn drop_fleeting(stem: &mut String, soft: bool) {
    let chars: Vec<char> = stem.chars().collect();
    let [head @ .., before, vowel, last] = chars.as_slice() else { return };
    if is_vowel(*before) || head.len() < 2 || !head.iter().any(|c| is_vowel(*c)) {
        return;
    }
    let fleeting = match (vowel, last) {
        ('о', 'к') => true,
        ('е', 'ц') => soft,
        ('е', 'н') => soft && ("твпсзд".contains(*before) || stem.ends_with("арен")),
        ('е', 'л') => soft && "бпвмф".contains(*before),
        _ => false,
    };
    if fleeting {
        let (before, last) = (*before, *last);
        *stem = head.iter().chain([&before, &last]).collect();
    }
}

fn ukrainian(word: &str) -> String {
    if let Some((stem, _)) = IRREGULAR.iter().find(|(_, forms)| forms.contains(&word)) {
        return (*stem).to_owned();
    }
    let mut closed = word.to_owned();
    let (mut stem, ending) = if replace_tail(&mut closed, CLOSED) {
        (closed, "")
    } else {
        let verb = without_future(without_reflexive(word));
        let (stem, ending) = split_ending(verb);
        let mut stem = stem.to_owned();
        if matches!(ending, "" | "ь") {
            drop_fleeting(&mut stem, ending == "ь");
        }
        (stem, ending)
    };
    stem.retain(|c| c != 'ь');
    if ending == "і" {
        replace_tail(&mut stem, SOFTENED);
    }
    let mut back = stem.chars().rev();
    if let (Some(last), Some(before)) = (back.next(), back.next())
        && last == before
        && !is_vowel(last)
        && length(&stem) > MIN_STEM
    {
        stem.pop();
    }
    // «Мешканець» meets «мешканка» and «сторінка» meets «сторінці»; «місце» must not meet «міський».
    if let Some(root) = stem.strip_suffix('ц').filter(|root| !root.ends_with(|c| is_vowel(c) || c == 'с')) {
        stem = format!("{root}к");
    }
    for suffix in ["ов", "ев", "єв"] {
        if let Some(root) = stem.strip_suffix(suffix).filter(|root| length(root) >= MIN_LONG) {
            stem = root.to_owned();
            break;
        }
    }
    if stem.ends_with("янин") || stem.ends_with("анин") {
        stem.truncate(stem.len() - "ин".len());
    }
    if stem.ends_with("ост") && length(&stem) >= 5 {
        stem.truncate(stem.len() - "ост".len());
        stem.push_str("іст");
    }
    if let Some(root) = stem.strip_suffix('л')
        && root.ends_with(['б', 'п', 'в', 'м', 'ф'])
        && length(root) >= MIN_STEM
    {
        stem = root.to_owned();
    }
    stem
}

/// English without its plural, after Harman's S-stemmer.
fn english(word: &str) -> String {
    let has = |ending: &str| word.ends_with(ending);
    let cut = |bytes: usize| word.get(..word.len() - bytes).unwrap_or(word);
    if word.len() <= 3 {
        word.to_owned()
    } else if has("ies") && !has("eies") && !has("aies") {
        format!("{}y", cut(3))
    } else if has("s") && !["us", "ss", "is", "aes", "ees", "oes"].iter().any(|e| has(e)) {
        cut(1).to_owned()
    } else {
        word.to_owned()
    }
}

/// The stem of one word: lower-case, without apostrophes, ґ as г, grammar endings cut.
///
/// Cyrillic words are taken for Ukrainian, ASCII words for English, anything with a digit or in
/// another script stays. The result is a key, not a word; stemming it again may change it.
pub fn stem(word: &str) -> String {
    let word: String =
        word.chars().filter(|c| !is_apostrophe(*c)).flat_map(char::to_lowercase).map(|c| if c == 'ґ' { 'г' } else { c }).collect();
    let stem = if word.chars().all(|c| c.is_ascii_lowercase()) {
        english(&word)
    } else if word.chars().all(|c| ('\u{400}'..='\u{4FF}').contains(&c)) {
        ukrainian(&word)
    } else {
        return word;
    };
    if stem.is_empty() { word } else { stem }
}

#[cfg(test)]
#[path = "stem_tests.rs"]
mod tests;
