//! Dates and numbers as readers of each language write them.

use super::Lang;
use crate::clock::Timestamp;

const MONTHS_UK: [&str; 12] =
    ["січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// `23.11.2026` or `23 Nov 2026`, in Kyiv.
#[must_use]
pub fn date(lang: Lang, at: Timestamp) -> String {
    let Some(z) = at.kyiv() else { return String::new() };
    match lang {
        Lang::Uk => format!("{:02}.{:02}.{}", z.day(), z.month(), z.year()),
        Lang::En => format!("{} {} {}", z.day(), month(&MONTHS_EN, z.month()).get(..3).unwrap_or(""), z.year()),
    }
}

/// `23 листопада 2026 року` or `23 November 2026`, in Kyiv.
#[must_use]
pub fn date_long(lang: Lang, at: Timestamp) -> String {
    let Some(z) = at.kyiv() else { return String::new() };
    match lang {
        Lang::Uk => format!("{} {} {} року", z.day(), month(&MONTHS_UK, z.month()), z.year()),
        Lang::En => format!("{} {} {}", z.day(), month(&MONTHS_EN, z.month()), z.year()),
    }
}

/// The short date and the time of day on a 24-hour clock, in Kyiv.
#[must_use]
pub fn date_time(lang: Lang, at: Timestamp) -> String {
    let Some(z) = at.kyiv() else { return String::new() };
    format!("{}, {:02}:{:02}", date(lang, at), z.hour(), z.minute())
}

fn month(names: &[&'static str; 12], month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| names.get(i)).copied().unwrap_or("")
}

/// A whole number with its thousands apart: `1 469` (no-break space) or `1,469`.
#[must_use]
pub fn number(lang: Lang, n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        // Four-digit numbers are split too, so that columns of numbers line up.
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(match lang {
                Lang::Uk => '\u{a0}',
                Lang::En => ',',
            });
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_read_as_people_write_them() {
        let t = Timestamp::parse("2026-11-23T22:30:00Z").unwrap();
        assert_eq!(date(Lang::Uk, t), "24.11.2026");
        assert_eq!(date_long(Lang::Uk, t), "24 листопада 2026 року");
        assert_eq!(date(Lang::En, t), "24 Nov 2026");
        assert_eq!(date_time(Lang::Uk, t), "24.11.2026, 00:30");
        assert_eq!(number(Lang::Uk, 31_744), "31\u{a0}744");
        assert_eq!(number(Lang::En, -1_469), "−1,469");
    }
}
