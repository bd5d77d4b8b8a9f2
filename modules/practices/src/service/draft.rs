//! Writing: a new card, a changed one, an older one taken up again.

use std::collections::HashSet;

use ratusha_content::classifier::Resolved;
use ratusha_platform::{AppError, AppResult, Conn, FieldError, TenantId, Uow, text};
use ratusha_tenants::{Principal, audit::Audit, territory};
use serde_json::json;

use super::{announce_change, get, get_for_change, put_into_index, save, scheme, tenant};
use crate::{
    error,
    model::{Card, Evidence, Outcome, Practice, PracticeId, Revision, State, canonical_decimal},
    policy, store,
};

/// Longest note on a change, in characters.
const NOTE_MAX: usize = 300;

/// What a new practice begins with.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The card as far as it is written.
    pub card: Card,
    /// Its name in the file from which it is taken in; unique within the community.
    pub external_id: Option<String>,
    /// Address of the practice that it was taken from.
    pub adopted_from: Option<String>,
}

/// The card with texts trimmed, empty rows dropped and decimals written the one way they are stored.
#[must_use]
pub fn normalise(mut card: Card) -> Card {
    let rows = |rows: Vec<String>| {
        let mut out: Vec<String> = Vec::new();
        for row in rows.iter().map(|row| text::clean_text(row)).filter(|row| !row.is_empty()) {
            if !out.contains(&row) {
                out.push(row);
            }
        }
        out
    };
    card.steps = rows(card.steps);
    card.legal_base = rows(card.legal_base);
    card.territories = rows(card.territories);
    card.concepts = rows(card.concepts);
    card.outcomes.retain(|outcome| *outcome != Outcome::default());
    for outcome in &mut card.outcomes {
        // What is no number is left as typed, for the message beside it.
        for value in [&mut outcome.before, &mut outcome.after] {
            if let Some(canonical) = canonical_decimal(value) {
                *value = canonical;
            }
        }
    }
    card
}

/// What keeps a card from being saved: its own rules, and codes that nobody knows.
///
/// # Errors
/// Internal, from the database.
pub async fn check(conn: &mut Conn, tenant: &TenantId, card: &Card) -> AppResult<Vec<FieldError>> {
    let mut errors = card.check_draft();
    let scheme = scheme(conn, tenant).await?;
    let unknown: Vec<&str> = card.concepts.iter().map(String::as_str).filter(|c| !scheme.exists(c)).collect();
    if !unknown.is_empty() {
        errors.push(FieldError::new("concepts", "practices-field-unknown-concept").arg("codes", unknown.join(", ")));
    }
    for code in &card.territories {
        if territory::find_by_code(conn, code).await?.is_none() {
            errors.push(FieldError::new("territories", "practices-field-unknown-territory").arg("code", code));
        }
    }
    Ok(errors)
}

/// Merged classes give way to what took their place; then whatever keeps the card from being saved is said.
async fn require_sound(uow: &mut Uow, card: &mut Card) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let scheme = scheme(uow.conn(), &tenant).await?;
    for code in &mut card.concepts {
        if let Some(Resolved::Moved(concept)) = scheme.resolve(code) {
            code.clone_from(&concept.notation);
        }
    }
    let mut seen = HashSet::new();
    card.concepts.retain(|code| seen.insert(code.clone()));
    let errors = check(uow.conn(), &tenant, card).await?;
    if errors.is_empty() { Ok(()) } else { Err(AppError::invalid(errors)) }
}

/// Begins a practice.
///
/// # Errors
/// 401 or 403 without the right; 422 for what cannot be saved even as a draft.
pub async fn draft(uow: &mut Uow, who: &Principal, draft: Draft) -> AppResult<Practice> {
    policy::draft(who).require()?;
    let mut card = normalise(draft.card);
    require_sound(uow, &mut card).await?;
    let now = uow.now();
    let practice = Practice {
        id: PracticeId::new(uow.ctx().rng(), now),
        state: State::Draft,
        version: 1,
        revision: 1,
        author: who.by().to_owned(),
        evidence: Evidence::E0,
        evidence_note: String::new(),
        remarks: String::new(),
        external_id: draft.external_id,
        adopted_from: draft.adopted_from,
        activity: None,
        review_due: None,
        created_at: now,
        updated_at: now,
        published_at: None,
        card,
    };
    let tenant = uow.tenant().clone();
    store::insert_practice(uow.conn(), &tenant, &practice).await?;
    add_revision(uow, who, &practice, "").await?;
    uow.audit("practices.draft", practice.id.as_str(), json!({"external": practice.external_id, "from": practice.adopted_from})).await?;
    Ok(practice)
}

async fn add_revision(uow: &mut Uow, who: &Principal, practice: &Practice, note: &str) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let revision = Revision {
        number: practice.revision,
        card: practice.card.clone(),
        saved_by: who.by().to_owned(),
        note: text::truncate_chars(&text::clean_line(note), NOTE_MAX),
        published: practice.state.is_public(),
        saved_at: uow.now(),
    };
    Ok(store::insert_revision(uow.conn(), &tenant, &practice.id, &revision).await?)
}

/// Saves a changed card as a new version; followers and the hub hear of it if it is public.
///
/// # Errors
/// 404 for what one may not know of, 401 or 403 without the right, 409 when somebody else was faster than
/// `version` or the state forbids it, 422 for what cannot be saved (or, if it is public, shown).
pub async fn edit(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, card: Card, note: &str) -> AppResult<Practice> {
    let mut practice = get_for_change(uow, who, id, version, |p| policy::edit(who, p.state)).await?;
    if !practice.state.is_editable() {
        return Err(error::not_now());
    }
    let mut card = normalise(card);
    require_sound(uow, &mut card).await?;
    if practice.state == State::Validated {
        let errors = card.check_public();
        if !errors.is_empty() {
            return Err(error::not_ready(errors));
        }
    }
    if card == practice.card {
        return Ok(practice);
    }
    practice.card = card;
    practice.revision += 1;
    save(uow, &mut practice).await?;
    add_revision(uow, who, &practice, note).await?;
    uow.audit("practices.edit", practice.id.as_str(), json!({"revision": practice.revision, "state": practice.state.as_str()})).await?;
    if practice.state == State::Validated {
        tell_of_change(uow, &mut practice).await?;
    }
    Ok(practice)
}

/// A public practice stands differently: the index, the followers and the hub get to know.
pub(super) async fn tell_of_change(uow: &mut Uow, practice: &mut Practice) -> AppResult<()> {
    let tenant = tenant(uow)?;
    put_into_index(uow, &tenant, practice).await?;
    practice.activity = Some(announce_change(uow, &tenant, practice, false).await?);
    // The row was written a moment ago in this unit of work, so nobody can have been faster.
    let version = practice.version;
    if store::update_practice(uow.conn(), &tenant.id, practice, version).await? { Ok(()) } else { Err(error::stale()) }
}

/// Saves the card of an older version as the newest one.
///
/// # Errors
/// As [`edit`], and 404 when there is no such version.
pub async fn restore_version(uow: &mut Uow, who: &Principal, id: &PracticeId, version: i64, number: i64) -> AppResult<Practice> {
    let tenant = uow.tenant().clone();
    let practice = get(uow.conn(), &tenant, who, id).await?;
    policy::edit(who, practice.state).require()?;
    let old = store::find_revision(uow.conn(), &tenant, id, number).await?.ok_or_else(AppError::not_found)?;
    edit(uow, who, id, version, old.card, &format!("← {number}")).await
}
