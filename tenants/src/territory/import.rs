//! Taking over an edition of the codifier: read and check the whole file first, compare, then write all or nothing.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use ratusha_platform::{
    AppError, AppResult, Catalog, Ctx, Kind, Lang, Timestamp,
    i18n::{Arg, date},
    text::{apostrophe, clean_line, sort_key},
};
use sha2::{Digest, Sha256};

use super::{
    Category, Unit, data, keys,
    store::{self, Edition, Succession},
    tail_of,
};

/// Largest file that is read, packed or not: thirty times today's codifier.
const FILE_MAX: u64 = 64 * 1024 * 1024;
/// How many complaints are kept; a wrong file would give one per row.
const ERRORS_MAX: usize = 200;
/// Longest name of a unit, in characters; the longest of today has 26.
const NAME_MAX: usize = 100;

/// One row of a codifier file that passed the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// `UA` and seventeen digits.
    pub code: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// Its level.
    pub category: Category,
    /// Its name, apostrophes as U+2019.
    pub name: String,
}

/// What is wrong with a file, or with one row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Line of the file, the header being 1; `None` when it is about the file as a whole.
    pub row: Option<u64>,
    /// Locale key of the sentence.
    pub key: &'static str,
    /// Arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl RowError {
    fn new(row: Option<u64>, key: &'static str) -> Self {
        Self { row, key, args: Vec::new() }
    }

    fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The sentence, with the line in front.
    #[must_use]
    pub fn text(&self, catalog: &Catalog, lang: Lang) -> String {
        let args: Vec<(&str, Arg<'_>)> = self.args.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
        let sentence = catalog.t_with(lang, self.key, &args);
        match self.row {
            Some(row) => {
                // A line number is no count: it must not be grouped or inflected.
                let row = row.to_string();
                let args = [("row", Arg::from(&row)), ("what", Arg::from(sentence))];
                catalog.t_with(lang, "territory-import-row", &args)
            }
            None => sentence,
        }
    }
}

/// A codifier file as read: the good rows and all complaints.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Rows that passed.
    pub rows: Vec<SourceRow>,
    /// What is wrong, at most 200 of them.
    pub errors: Vec<RowError>,
    /// How many complaints there are in all.
    pub error_count: usize,
}

impl Source {
    fn refuse(&mut self, error: RowError) {
        self.error_count += 1;
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error);
        }
    }
}

/// What to import and how.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The file: CSV `code,parent,category,name`, plain or gzip.
    pub path: PathBuf,
    /// `YYYY-MM-DD` of the edition; today's date when it is not given.
    pub edition: Option<String>,
    /// A file of mergers: CSV `code,successor,date,act`.
    pub successors: Option<PathBuf>,
    /// Compare and report, write nothing.
    pub dry_run: bool,
    /// Go on although the file closes a suspicious part of the country.
    pub force: bool,
}

/// What became of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// New, or open again.
    Added,
    /// Another name.
    Renamed,
    /// Another parent or another code.
    Moved,
    /// Another level.
    Recategorised,
    /// Not in the file any more.
    Closed,
}

impl ChangeKind {
    /// Locale key of the sentence about it.
    fn key(self) -> &'static str {
        match self {
            Self::Added => "territory-change-added",
            Self::Renamed => "territory-change-renamed",
            Self::Moved => "territory-change-moved",
            Self::Recategorised => "territory-change-recategorised",
            Self::Closed => "territory-change-closed",
        }
    }
}

/// One difference between the edition in force and the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which kind; a unit that was both renamed and moved has two rows.
    pub kind: ChangeKind,
    /// The unit.
    pub tail: String,
    /// Name (or code, when moved; or level, when recategorised) before.
    pub before: Option<String>,
    /// The same after.
    pub after: Option<String>,
}

/// What an import did, would do, or refused to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The edition's date.
    pub edition: String,
    /// Units in the file.
    pub objects: usize,
    /// New units and units that are open again.
    pub added: usize,
    /// Units with another name.
    pub renamed: usize,
    /// Units with another parent or code.
    pub moved: usize,
    /// Units of another level.
    pub recategorised: usize,
    /// Units that are gone.
    pub closed: usize,
    /// Units that are as they were.
    pub unchanged: usize,
    /// Successors written or changed.
    pub successors: usize,
    /// Every difference; empty for the first import.
    pub changes: Vec<Change>,
    /// Complaints; when there is one, nothing was written.
    pub errors: Vec<RowError>,
    /// How many complaints there are in all.
    pub error_count: usize,
    /// True when the database was changed.
    pub written: bool,
}

impl ImportReport {
    /// True when the file was refused.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.error_count > 0
    }

    fn refuse(&mut self, error: RowError) {
        self.error_count += 1;
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error);
        }
    }

    /// The report in sentences for whoever ran the import; at most `changes` of the changes.
    #[must_use]
    pub fn lines(&self, catalog: &Catalog, lang: Lang, changes: usize) -> Vec<String> {
        let date = Timestamp::parse_date(&self.edition).map_or_else(|| self.edition.clone(), |at| date(lang, at));
        if self.refused() {
            let mut lines = vec![catalog.t_with(lang, "territory-report-refused", &[("n", self.error_count.into())])];
            lines.extend(self.errors.iter().map(|error| error.text(catalog, lang)));
            return lines;
        }
        let key = match (self.written, self.added + self.renamed + self.moved + self.recategorised + self.closed + self.successors) {
            (true, _) => "territory-report-written",
            (false, 0) => "territory-report-nothing",
            (false, _) => "territory-report-dry",
        };
        let counts = [
            ("objects", self.objects.into()),
            ("added", self.added.into()),
            ("renamed", self.renamed.into()),
            ("moved", self.moved.into()),
            ("recategorised", self.recategorised.into()),
            ("closed", self.closed.into()),
            ("unchanged", self.unchanged.into()),
            ("successors", self.successors.into()),
        ];
        let mut lines = vec![catalog.t_with(lang, key, &[("date", date.into())]), catalog.t_with(lang, "territory-report-counts", &counts)];
        for change in self.changes.iter().take(changes) {
            let (before, after) = (change.before.as_deref().unwrap_or(""), change.after.as_deref().unwrap_or(""));
            let what = catalog.t_with(lang, change.kind.key(), &[("before", before.into()), ("after", after.into())]);
            lines.push(format!("{}  {what}", change.tail));
        }
        if self.changes.len() > changes {
            lines.push("…".to_owned());
        }
        lines
    }
}

/// Loads the shipped edition when the node has none, or has an older one; otherwise does nothing.
///
/// # Errors
/// Internal, from the database; 409 when another import is running.
pub async fn import_shipped(ctx: &Ctx) -> AppResult<Option<ImportReport>> {
    let known = store::edition(&mut *ctx.db().read().await?).await?;
    if known.is_some_and(|known| known.edition.as_str() >= data::EDITION) {
        return Ok(None);
    }
    let begun = std::time::Instant::now();
    let bytes = tokio::task::spawn_blocking(data::codifier).await.map_err(AppError::internal)??;
    let source = tokio::task::spawn_blocking(move || (read_codifier(&bytes), digest(&bytes)));
    let (source, sha256) = source.await.map_err(AppError::internal)?;
    if let Some(error) = source.errors.first() {
        return Err(AppError::broken(format!("the shipped codifier is damaged: {error:?}")));
    }
    let plan = Plan { edition: data::EDITION.to_owned(), sha256, successors: Vec::new(), force: true };
    match run(ctx, &source.rows, plan, false).await {
        // Somebody else started on the same database and was faster.
        Err(error) if error.code == BUSY => match store::edition(&mut *ctx.db().read().await?).await? {
            Some(_) => Ok(None),
            None => Err(error),
        },
        other => {
            let report = other?;
            tracing::info!(
                objects = report.objects,
                edition = report.edition,
                ms = begun.elapsed().as_millis(),
                "the shipped codifier is loaded"
            );
            Ok(Some(report))
        }
    }
}

/// Takes over the edition in a file. A file with errors is refused as a whole: look at
/// [`ImportReport::refused`]. Doing it twice changes nothing the second time.
///
/// # Errors
/// 422 `territory.unreadable` when a file cannot be read; 409 when another import is running; internal from the database.
pub async fn import_file(ctx: &Ctx, options: &ImportOptions) -> AppResult<ImportReport> {
    let bytes = read(&options.path).await?;
    let (source, sha256) =
        tokio::task::spawn_blocking(move || (read_codifier(&bytes), digest(&bytes))).await.map_err(AppError::internal)?;
    let today = ctx.now().to_date();
    let edition = options.edition.clone().unwrap_or_else(|| today.clone());
    let mut report = ImportReport {
        edition: edition.clone(),
        objects: source.rows.len(),
        errors: source.errors,
        error_count: source.error_count,
        ..ImportReport::default()
    };
    if !is_date(&edition) {
        let error = RowError::new(None, "territory-import-bad-date").arg("date", &edition);
        report.refuse(error);
    } else if edition > today {
        report.refuse(RowError::new(None, "territory-import-future").arg("date", &edition));
    }
    let successors = match &options.successors {
        Some(path) => {
            let (rows, errors) = read_successors(&read(path).await?);
            for error in errors {
                report.refuse(error);
            }
            rows
        }
        None => Vec::new(),
    };
    if report.refused() {
        return Ok(report);
    }
    let plan = Plan { edition, sha256, successors, force: options.force };
    run(ctx, &source.rows, plan, options.dry_run).await
}

/// Writes rows as an edition, for fixtures.
#[cfg(any(test, feature = "testkit"))]
pub(super) async fn import_rows(ctx: &Ctx, rows: &[SourceRow], edition: &str) -> AppResult<ImportReport> {
    let plan = Plan { edition: edition.to_owned(), sha256: String::new(), successors: Vec::new(), force: true };
    run(ctx, rows, plan, false).await
}

const BUSY: &str = "territory.import_running";

struct Plan {
    edition: String,
    sha256: String,
    successors: Vec<(u64, Succession)>,
    force: bool,
}

async fn read(path: &std::path::Path) -> AppResult<Vec<u8>> {
    let refuse = |error: std::io::Error| AppError::new(Kind::Invalid, "territory.unreadable").arg("path", path.display()).because(error);
    let size = tokio::fs::metadata(path).await.map_err(refuse)?.len();
    if size > FILE_MAX {
        return Err(refuse(std::io::Error::other("the file is larger than 64 MiB")));
    }
    let bytes = tokio::fs::read(path).await.map_err(refuse)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return data::unpack(&bytes, FILE_MAX).map_err(refuse);
    }
    Ok(bytes)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_date(text: &str) -> bool {
    Timestamp::parse_date(text).is_some_and(|at| at.to_date() == text)
}

/// Lines of a CSV file whose header holds `columns` in any order, separated by comma, semicolon or tab.
struct Table {
    rows: Vec<(u64, Vec<String>)>,
    errors: Vec<RowError>,
}

fn read_table<const N: usize>(bytes: &[u8], columns: [&'static str; N]) -> Table {
    let mut table = Table { rows: Vec::new(), errors: Vec::new() };
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.starts_with(b"PK") {
        table.errors.push(RowError::new(None, "territory-import-workbook"));
        return table;
    }
    let header = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |c: u8| header.iter().filter(|b| **b == c).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|c| count(*c)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let places: Vec<Option<usize>> = match reader.byte_headers() {
        Ok(found) => columns.iter().map(|c| found.iter().position(|f| f.trim_ascii().eq_ignore_ascii_case(c.as_bytes()))).collect(),
        Err(_) => vec![None; N],
    };
    let missing: Vec<&str> = columns.iter().zip(&places).filter(|(_, p)| p.is_none()).map(|(c, _)| *c).collect();
    if !missing.is_empty() {
        let error = RowError::new(Some(1), "territory-import-columns");
        table.errors.push(error.arg("columns", missing.join(", ")));
        return table;
    }
    for record in reader.byte_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                table.errors.push(RowError::new(line, "territory-import-broken-row"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        let fields: Option<Vec<String>> = places
            .iter()
            .map(|place| {
                let field = place.and_then(|at| record.get(at)).unwrap_or_default();
                std::str::from_utf8(field).ok().map(clean_line)
            })
            .collect();
        match fields {
            Some(fields) => table.rows.push((line, fields)),
            None => table.errors.push(RowError::new(Some(line), "territory-import-not-utf8")),
        }
    }
    table
}

/// Reads and checks a codifier file; every complaint names its line.
#[must_use]
pub fn read_codifier(bytes: &[u8]) -> Source {
    let table = read_table(bytes, ["code", "parent", "category", "name"]);
    let mut source = Source::default();
    let mut lines: Vec<u64> = Vec::with_capacity(table.rows.len());
    let mut seen: HashMap<String, u64> = HashMap::with_capacity(table.rows.len());
    let whole = table.errors.is_empty();
    for error in table.errors {
        source.refuse(error);
    }
    for (line, fields) in table.rows {
        match read_row(line, fields) {
            Ok(row) => {
                let tail = tail_of(&row.code).unwrap_or_default().to_owned();
                if let Some(first) = seen.insert(tail.clone(), line) {
                    let error = RowError::new(Some(line), "territory-import-twice");
                    source.refuse(error.arg("tail", tail).arg("first", first));
                    continue;
                }
                lines.push(line);
                source.rows.push(row);
            }
            Err(error) => source.refuse(error),
        }
    }
    if source.rows.is_empty() && whole && source.error_count == 0 {
        source.refuse(RowError::new(None, "territory-import-empty"));
    }
    let by_code: HashMap<&str, &SourceRow> = source.rows.iter().map(|row| (row.code.as_str(), row)).collect();
    let misplaced: Vec<RowError> = source.rows.iter().zip(&lines).filter_map(|(row, line)| misplaced(*line, row, &by_code)).collect();
    for error in misplaced {
        source.refuse(error);
    }
    source.errors.sort_by_key(|error| error.row);
    source
}

fn read_row(line: u64, fields: Vec<String>) -> Result<SourceRow, RowError> {
    let [code, parent, category, name] =
        <[String; 4]>::try_from(fields).map_err(|_| RowError::new(Some(line), "territory-import-broken-row"))?;
    let bad = |key| RowError::new(Some(line), key);
    if tail_of(&code).is_none() {
        return Err(bad("territory-import-bad-code").arg("code", code));
    }
    let Some(category) = Category::parse(&category) else {
        return Err(bad("territory-import-bad-category").arg("category", category));
    };
    let name = apostrophe(&name);
    if !name.chars().any(char::is_alphabetic) || name.chars().count() > NAME_MAX {
        return Err(bad("territory-import-bad-name").arg("name", name));
    }
    let below = code.get(category.depth()..14).unwrap_or_default();
    if below.bytes().any(|b| b != b'0') {
        return Err(bad("territory-import-bad-depth").arg("code", code).arg("category", category.letter()));
    }
    let parent = if parent.is_empty() { None } else { Some(parent) };
    Ok(SourceRow { code, parent, category, name })
}

/// Says why a row cannot stand where it says it stands.
fn misplaced(line: u64, row: &SourceRow, by_code: &HashMap<&str, &SourceRow>) -> Option<RowError> {
    let parent = match &row.parent {
        None => None,
        Some(code) => match by_code.get(code.as_str()) {
            Some(parent) => Some(*parent),
            None => {
                let error = RowError::new(Some(line), "territory-import-no-parent");
                return Some(error.arg("parent", code));
            }
        },
    };
    if !row.category.fits_under(parent.map(|p| p.category)) {
        let error = RowError::new(Some(line), "territory-import-bad-parent");
        let above = parent.map_or("—", |p| p.category.letter());
        return Some(error.arg("category", row.category.letter()).arg("parent", above));
    }
    let prefix = parent.and_then(|p| p.code.get(..p.category.depth())).unwrap_or("UA");
    if !row.code.starts_with(prefix) {
        let error = RowError::new(Some(line), "territory-import-foreign-code");
        return Some(error.arg("code", &row.code).arg("prefix", prefix));
    }
    None
}

/// Reads and checks a file of mergers; whether the units exist is checked against the edition later.
fn read_successors(bytes: &[u8]) -> (Vec<(u64, Succession)>, Vec<RowError>) {
    let table = read_table(bytes, ["code", "successor", "date", "act"]);
    let mut errors: Vec<RowError> = table.errors.into_iter().map(|e| RowError { key: successor_key(e.key), ..e }).collect();
    let mut rows = Vec::new();
    for (line, fields) in table.rows {
        let Ok([code, successor, date, act]) = <[String; 4]>::try_from(fields) else { continue };
        let bad = |key| RowError::new(Some(line), key);
        match (tail_of(&code), tail_of(&successor)) {
            (None, _) => errors.push(bad("territory-successors-bad-code").arg("code", code)),
            (_, None) => errors.push(bad("territory-successors-bad-code").arg("code", successor)),
            _ if !is_date(&date) => {
                errors.push(bad("territory-successors-bad-date").arg("date", date));
            }
            _ if act.is_empty() => errors.push(bad("territory-successors-no-act")),
            (Some(tail), Some(next)) if tail == next => {
                errors.push(bad("territory-successors-itself").arg("code", &code));
            }
            (Some(tail), Some(next)) => {
                let row = Succession { tail: tail.to_owned(), successor: next.to_owned(), date, act };
                rows.push((line, row));
            }
        }
    }
    (rows, errors)
}

/// The sentence about the second file for a complaint that both kinds of file can get.
fn successor_key(key: &'static str) -> &'static str {
    match key {
        "territory-import-columns" => "territory-successors-columns",
        "territory-import-broken-row" => "territory-successors-broken-row",
        other => other,
    }
}

/// What has to be written.
#[derive(Default)]
struct Difference {
    /// New states, in order of the file.
    states: Vec<Unit>,
    /// Units whose present state ends with this edition.
    ended: Vec<String>,
    /// Units whose present state began with this very edition and is corrected.
    corrected: Vec<String>,
    /// Units that are gone.
    closed: Vec<String>,
}

impl Difference {
    fn is_empty(&self) -> bool {
        self.states.is_empty() && self.closed.is_empty()
    }
}

async fn run(ctx: &Ctx, rows: &[SourceRow], plan: Plan, dry_run: bool) -> AppResult<ImportReport> {
    let mut tx = ctx.db().write().await?;
    let known = store::edition(&mut tx).await?;
    let mut report = ImportReport { edition: plan.edition.clone(), objects: rows.len(), ..ImportReport::default() };
    if let Some(known) = known.as_ref().filter(|known| known.edition > plan.edition) {
        let error = RowError::new(None, "territory-import-older");
        report.refuse(error.arg("date", &plan.edition).arg("known", &known.edition));
        return Ok(report);
    }
    let all = store::list_states(&mut tx).await?;
    let (latest, former): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, latest)| *latest);
    let former: Vec<Unit> = former.into_iter().map(|(unit, _)| unit).collect();
    let latest: HashMap<String, Unit> = latest.into_iter().map(|(unit, _)| (unit.tail.clone(), unit)).collect();
    let open = latest.values().filter(|unit| unit.is_open()).count();
    let difference = compare(rows, &latest, &plan.edition, &mut report)?;
    if !plan.force && report.closed > (open / 20).max(50) {
        let error = RowError::new(None, "territory-import-closes-too-much");
        report.refuse(error.arg("closed", report.closed).arg("open", open));
    }
    let successions = check_successors(&mut tx, plan.successors, rows, &latest, &former, &mut report).await?;
    report.successors = successions.len();
    let newer = known.is_none_or(|known| known.edition < plan.edition);
    let nothing = difference.is_empty() && successions.is_empty() && !newer;
    if report.refused() || dry_run || nothing {
        return Ok(report);
    }
    let edition = Edition { edition: plan.edition, sha256: plan.sha256, imported_at: ctx.now(), objects: rows.len() };
    // First, so that a second import waits here instead of writing the same rows.
    if let Err(error) = store::insert_edition(&mut tx, &edition, &report).await {
        let busy = ratusha_platform::db::is_unique_violation(&error);
        return Err(if busy { AppError::new(Kind::Conflict, BUSY).because(error) } else { error.into() });
    }
    write(&mut tx, &difference, &edition.edition, latest, former).await?;
    store::upsert_successions(&mut tx, &successions).await?;
    tx.commit().await?;
    report.written = true;
    Ok(report)
}

/// Compares the file with the edition in force and counts.
fn compare(rows: &[SourceRow], latest: &HashMap<String, Unit>, edition: &str, report: &mut ImportReport) -> AppResult<Difference> {
    let mut difference = Difference::default();
    let points: HashMap<String, data::Centroid> = data::centroids()?.into_iter().map(|point| (point.prefix.clone(), point)).collect();
    let mut present: HashSet<&str> = HashSet::with_capacity(rows.len());
    let first = latest.is_empty();
    for row in rows {
        let Some(tail) = tail_of(&row.code) else { continue };
        present.insert(tail);
        let parent = row.parent.as_deref().and_then(tail_of).map(str::to_owned);
        let old = latest.get(tail);
        let mut note = |kind, before: Option<&str>, after: &str| {
            match kind {
                ChangeKind::Added => report.added += 1,
                ChangeKind::Renamed => report.renamed += 1,
                ChangeKind::Moved => report.moved += 1,
                ChangeKind::Recategorised => report.recategorised += 1,
                ChangeKind::Closed => report.closed += 1,
            }
            if !first {
                let (before, after) = (before.map(str::to_owned), Some(after.to_owned()));
                report.changes.push(Change { kind, tail: tail.to_owned(), before, after });
            }
        };
        match old {
            Some(old) if old.is_open() => {
                let same = old.code == row.code && old.parent == parent && old.category == row.category && old.name == row.name;
                if same {
                    report.unchanged += 1;
                    continue;
                }
                if old.name != row.name {
                    note(ChangeKind::Renamed, Some(&old.name), &row.name);
                }
                if old.code != row.code || old.parent != parent {
                    note(ChangeKind::Moved, Some(&old.code), &row.code);
                }
                if old.category != row.category {
                    let before = old.category.letter();
                    note(ChangeKind::Recategorised, Some(before), row.category.letter());
                }
            }
            Some(_) | None => note(ChangeKind::Added, None, &row.name),
        }
        if let Some(old) = old {
            let list = if old.valid_from == edition { &mut difference.corrected } else { &mut difference.ended };
            list.push(tail.to_owned());
        }
        let point = match row.category {
            Category::H | Category::K => row.code.get(..9).and_then(|prefix| points.get(prefix)),
            _ => None,
        };
        difference.states.push(Unit {
            tail: tail.to_owned(),
            code: row.code.clone(),
            parent,
            category: row.category,
            name: row.name.clone(),
            valid_from: edition.to_owned(),
            valid_to: None,
            lat: old.and_then(|old| old.lat).or(point.map(|point| point.lat)),
            lon: old.and_then(|old| old.lon).or(point.map(|point| point.lon)),
        });
    }
    let mut gone: Vec<&Unit> = latest.values().filter(|u| u.is_open() && !present.contains(u.tail.as_str())).collect();
    gone.sort_by(|a, b| a.code.cmp(&b.code));
    for unit in gone {
        report.closed += 1;
        difference.closed.push(unit.tail.clone());
        report.changes.push(Change { kind: ChangeKind::Closed, tail: unit.tail.clone(), before: Some(unit.name.clone()), after: None });
    }
    Ok(difference)
}

/// Keeps the successions that are new; complains about units that do not exist or still do.
async fn check_successors(
    tx: &mut ratusha_platform::Conn,
    successors: Vec<(u64, Succession)>,
    rows: &[SourceRow],
    latest: &HashMap<String, Unit>,
    former: &[Unit],
    report: &mut ImportReport,
) -> AppResult<Vec<Succession>> {
    if successors.is_empty() {
        return Ok(Vec::new());
    }
    let open: HashSet<&str> = rows.iter().filter_map(|row| tail_of(&row.code)).collect();
    let known: HashSet<&str> = latest.keys().map(String::as_str).chain(former.iter().map(|u| u.tail.as_str())).collect();
    let written: HashSet<Succession> = store::list_successions(tx).await?.into_iter().collect();
    let mut out = Vec::new();
    for (line, row) in successors {
        let bad = |key, tail: &str| RowError::new(Some(line), key).arg("tail", tail);
        if open.contains(row.tail.as_str()) {
            report.refuse(bad("territory-successors-still-open", &row.tail));
        } else if !known.contains(row.tail.as_str()) {
            report.refuse(bad("territory-successors-unknown", &row.tail));
        } else if !open.contains(row.successor.as_str()) {
            report.refuse(bad("territory-successors-no-successor", &row.successor));
        } else if !written.contains(&row) {
            out.push(row);
        }
    }
    Ok(out)
}

async fn write(
    tx: &mut ratusha_platform::Conn,
    difference: &Difference,
    edition: &str,
    mut latest: HashMap<String, Unit>,
    mut former: Vec<Unit>,
) -> AppResult<()> {
    if difference.is_empty() {
        return Ok(());
    }
    store::delete_states(tx, &difference.corrected, edition).await?;
    store::end_states(tx, &difference.ended, edition).await?;
    store::close(tx, &difference.closed, edition).await?;
    let states: Vec<(&Unit, String)> = difference.states.iter().map(|unit| (unit, sort_key(&unit.name))).collect();
    store::insert_states(tx, &states).await?;
    let ended: HashSet<&str> = difference.ended.iter().map(String::as_str).collect();
    for unit in &difference.states {
        if let Some(old) = latest.insert(unit.tail.clone(), unit.clone())
            && ended.contains(unit.tail.as_str())
        {
            former.push(old);
        }
    }
    let latest: Vec<Unit> = latest.into_values().collect();
    store::replace_keys(tx, &keys::all(&latest, &former)).await?;
    Ok(())
}
