//! Practices from a table: reading CSV as spreadsheets write it, with every mistake told by its row.

use ratusha_platform::{AppResult, Conn, FieldError, TenantId, Uow, text};
use ratusha_tenants::{Principal, audit::Audit};
use serde_json::json;

use crate::{
    model::{Card, CommunityKind, Licence, Outcome, Practice, Status},
    service, store,
};

/// Largest file, in bytes.
pub const FILE_MAX: usize = 2 * 1024 * 1024;
/// Most rows of one file.
pub const ROWS_MAX: usize = 500;
/// Columns in the order of the template.
pub const COLUMNS: [&str; 29] = [
    "external_id",
    "title",
    "summary",
    "title_en",
    "summary_en",
    "status",
    "stop_reason",
    "problem",
    "context",
    "community_kind",
    "population",
    "solution",
    "steps",
    "outcomes",
    "technology",
    "cost_uah",
    "cost_note",
    "months",
    "team",
    "started_on",
    "ended_on",
    "risks",
    "lessons",
    "replicability",
    "legal_base",
    "contact",
    "territories",
    "concepts",
    "licence",
];

/// One row of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its line in the file, the head being line 1.
    pub line: u64,
    /// Its name in the file; what keeps it from being taken in twice.
    pub external_id: Option<String>,
    /// The card in it.
    pub card: Card,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// True when it was taken in before.
    pub known: bool,
}

impl Row {
    /// True when it becomes a draft.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.errors.is_empty() && !self.known
    }
}

/// The separator that the head uses most: comma, semicolon or tab.
fn separator(head: &str) -> u8 {
    [b',', b';', b'\t'].into_iter().max_by_key(|sep| head.bytes().filter(|b| b == sep).count()).unwrap_or(b',')
}

/// The rows of a file, or the one thing that is wrong with it as a whole.
///
/// # Errors
/// A message for the field `file`.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, FieldError> {
    let wrong = |key: &'static str| FieldError::new("file", key);
    if bytes.len() > FILE_MAX {
        return Err(wrong("practices-import-too-large"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("practices-import-encoding"))?;
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or("");
    let mut reader = csv::ReaderBuilder::new().delimiter(separator(head)).flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(head) => head.iter().map(|name| text::clean_line(name).to_lowercase()).collect(),
        Err(_) => return Err(wrong("practices-import-unreadable")),
    };
    let unknown: Vec<&str> = columns.iter().map(String::as_str).filter(|name| !name.is_empty() && !COLUMNS.contains(name)).collect();
    if !unknown.is_empty() {
        return Err(wrong("practices-import-columns").arg("names", text::truncate_chars(&unknown.join(", "), 200)));
    }
    if !columns.iter().any(|name| name == "title") {
        return Err(wrong("practices-import-no-title"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| wrong("practices-import-unreadable"))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() >= ROWS_MAX {
            return Err(wrong("practices-import-too-many").arg("max", ROWS_MAX));
        }
        let cell = |name: &str| columns.iter().position(|c| c == name).and_then(|place| record.get(place)).unwrap_or("");
        rows.push(row(record.position().map_or(0, csv::Position::line), cell));
    }
    if rows.is_empty() {
        return Err(wrong("practices-import-empty"));
    }
    twice(&mut rows);
    Ok(rows)
}

/// A name that stands twice in the file is a mistake of the second row.
fn twice(rows: &mut [Row]) {
    let mut seen = std::collections::HashSet::new();
    for row in rows {
        if let Some(id) = &row.external_id
            && !seen.insert(id.clone())
        {
            row.errors.push(FieldError::new("external_id", "practices-import-twice"));
        }
    }
}

fn row<'a>(line: u64, cell: impl Fn(&str) -> &'a str) -> Row {
    let mut errors = Vec::new();
    let one = |name: &str| text::clean_line(cell(name));
    let many = |name: &str| text::clean_text(cell(name));
    let list = |name: &str| cell(name).split(['|', '\n']).map(text::clean_line).filter(|item| !item.is_empty()).collect::<Vec<_>>();
    let mut number = |name: &str| {
        let typed: String = cell(name).chars().filter(|c| !c.is_whitespace()).collect();
        match typed.parse::<i64>() {
            _ if typed.is_empty() => None,
            Ok(n) if (0..=1_000_000_000_000).contains(&n) => Some(n),
            _ => {
                errors.push(FieldError::new(name, "practices-field-whole-number"));
                None
            }
        }
    };
    let (population, cost_uah, months) = (number("population"), number("cost_uah"), number("months"));
    let mut word = |name: &str, known: bool| {
        if !known && !cell(name).trim().is_empty() {
            errors.push(FieldError::new(name, "practices-import-word"));
        }
    };
    let status = Status::parse(&one("status").to_lowercase());
    let kind = CommunityKind::parse(&one("community_kind").to_lowercase());
    let licence = Licence::parse(&one("licence"));
    word("status", status.is_some());
    word("community_kind", kind.is_some());
    word("licence", licence.is_some());
    let outcomes = list("outcomes").iter().map(|text| outcome(text)).collect();
    let concepts =
        cell("concepts").split(|c: char| c.is_whitespace() || ",;|".contains(c)).filter(|c| !c.is_empty()).map(ToOwned::to_owned).collect();
    let card = service::normalise(Card {
        title: one("title"),
        summary: one("summary"),
        title_en: one("title_en"),
        summary_en: one("summary_en"),
        problem: many("problem"),
        context: many("context"),
        community_kind: kind,
        population,
        solution: many("solution"),
        steps: list("steps"),
        legal_base: list("legal_base"),
        technology: many("technology"),
        cost_uah,
        cost_note: many("cost_note"),
        months,
        team: many("team"),
        outcomes,
        risks: many("risks"),
        lessons: many("lessons"),
        replicability: many("replicability"),
        contact: many("contact"),
        started_on: one("started_on"),
        ended_on: one("ended_on"),
        status: status.unwrap_or(Status::Pilot),
        stop_reason: many("stop_reason"),
        territories: list("territories").iter().map(|t| t.split_whitespace().next().unwrap_or("").to_owned()).collect(),
        concepts,
        licence: licence.unwrap_or(Licence::CcBy4),
    });
    let external_id = Some(text::truncate_chars(&one("external_id"), 100)).filter(|id| !id.is_empty());
    Row { line, external_id, card, errors, known: false }
}

/// `metric; unit; before; after; source`.
fn outcome(text: &str) -> Outcome {
    let mut parts = text.split(';').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    Outcome { metric: next(), unit: next(), before: next(), after: next(), source: next() }
}

/// Adds what only the database knows: unknown codes, and what was taken in before.
///
/// # Errors
/// Internal, from the database.
pub async fn complete(conn: &mut Conn, tenant: &TenantId, rows: &mut [Row]) -> AppResult<()> {
    let names: Vec<String> = rows.iter().filter_map(|row| row.external_id.clone()).collect();
    let known = if names.is_empty() { Vec::new() } else { store::list_external(conn, tenant, &names).await? };
    for row in rows {
        row.known = row.external_id.as_ref().is_some_and(|id| known.iter().any(|(name, _)| name == id));
        let found = service::check(conn, tenant, &row.card).await?;
        row.errors.extend(found);
    }
    Ok(())
}

/// Takes the new rows in as drafts, all in this unit of work.
///
/// # Errors
/// As for a single draft.
pub async fn run(uow: &mut Uow, who: &Principal, rows: &[Row]) -> AppResult<Vec<Practice>> {
    let mut made = Vec::new();
    for row in rows.iter().filter(|row| row.is_new()) {
        let draft = service::Draft { card: row.card.clone(), external_id: row.external_id.clone(), adopted_from: None };
        made.push(service::draft(uow, who, draft).await?);
    }
    uow.audit("practices.import", "", json!({"rows": rows.len(), "drafts": made.len()})).await?;
    Ok(made)
}

/// The head and one example, as a spreadsheet opens it.
#[must_use]
pub fn template() -> String {
    let example = [
        "2026-001",
        "Електронна черга",
        "Очікування скоротилося з 42 до 9 хвилин.",
        "",
        "",
        "operating",
        "",
        "Люди чекали біля входу.",
        "",
        "city",
        "168000",
        "Запис на зручний час.",
        "Виміряли очікування | Запустили запис",
        "Середній час очікування; хв; 42; 9; журнал черги",
        "",
        "412000",
        "",
        "5",
        "",
        "2025-02-03",
        "",
        "",
        "",
        "",
        "",
        "Відділ якості послуг, tsnap@example.com",
        "",
        "03.02",
        "CC-BY-4.0",
    ];
    let quote =
        |cell: &str| if cell.contains([',', ';', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() };
    let line = |cells: &[&str]| cells.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(",");
    format!("\u{feff}{}\r\n{}\r\n", line(&COLUMNS), line(&example))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_reads_back_without_mistakes() {
        let rows = read(template().as_bytes()).unwrap();
        let [row] = rows.as_slice() else { panic!("one row") };
        assert_eq!(row.errors, []);
        assert_eq!(row.external_id.as_deref(), Some("2026-001"));
        assert_eq!(row.card.steps, ["Виміряли очікування", "Запустили запис"]);
        assert!(row.card.outcomes[0].is_measured());
        assert!(row.card.check_public().is_empty());
    }

    #[test]
    fn semicolons_tabs_and_the_mark_of_spreadsheets_are_understood() {
        for sep in [",", ";", "\t"] {
            let file = format!("\u{feff}Title{sep}cost_uah{sep}external_id\r\n\"Черга, запис; талон\"{sep}1 200{sep}a1\r\n\r\n");
            let rows = read(file.as_bytes()).unwrap();
            assert_eq!(
                (rows.len(), rows[0].card.title.as_str(), rows[0].card.cost_uah),
                (1, "Черга, запис; талон", Some(1_200)),
                "{sep:?}"
            );
        }
    }

    #[test]
    fn each_mistake_is_told_by_its_row_and_field() {
        let rows = read(
            "external_id,title,cost_uah,status,outcomes\na,Перша,багато,working,\nb,Друга,5,pilot,час;хв;x;9\na,Третя,,,\n".as_bytes(),
        )
        .unwrap();
        let fields = |i: usize| rows[i].errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>();
        assert_eq!((fields(0), rows[0].line), (vec!["cost_uah", "status"], 2));
        assert_eq!(fields(1), Vec::<&str>::new());
        assert_eq!(rows[1].card.check_draft()[0].field, "outcome_0_before");
        assert_eq!(fields(2), ["external_id"]);
    }

    #[test]
    fn a_file_that_is_none_gets_one_clear_message() {
        let key = |bytes: &[u8]| read(bytes).unwrap_err().key;
        assert_eq!(key(b"\xff\xfe\x00"), "practices-import-encoding");
        assert_eq!(key(b"name,price\n1,2\n"), "practices-import-columns");
        assert_eq!(key(b"external_id\n1\n"), "practices-import-no-title");
        assert_eq!(key(b"title\n\n"), "practices-import-empty");
        assert_eq!(key(b""), "practices-import-no-title");
        let many = format!("title\n{}", "x\n".repeat(ROWS_MAX + 1));
        assert_eq!(key(many.as_bytes()), "practices-import-too-many");
        assert_eq!(key(&vec![b'a'; FILE_MAX + 1]), "practices-import-too-large");
    }
}
