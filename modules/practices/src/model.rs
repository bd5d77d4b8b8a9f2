//! What a practice is: its card, its states and what may follow what; pure.

mod entity;

use ratusha_platform::{FieldError, Timestamp, id};

pub use entity::{CurationRow, CurationStep, Decision, Practice, Remote, Revision};

id!(
    /// A practice of this node, or the node's copy of a remote one.
    PracticeId
);

/// Longest title, in characters; what every server shows whole.
pub const TITLE_MAX: usize = 150;
/// Longest summary, in characters.
pub const SUMMARY_MAX: usize = 500;
/// Longest text of one section, in characters.
pub const SECTION_MAX: usize = 20_000;
/// Most rows of one list (results, steps, sources).
pub const ROWS_MAX: usize = 40;

/// Where a practice stands at its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Being written; seen by the community's editors only.
    Draft,
    /// Handed in for validation.
    Proposed,
    /// Sent back with remarks.
    NeedsUpdate,
    /// Public.
    Validated,
    /// Public, out of the lists, no longer kept up.
    Archived,
    /// Deleted by its community; a tombstone remains.
    Deleted,
}

/// What somebody does to a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Hand in for validation.
    Submit,
    /// Send back with remarks.
    Return,
    /// Publish.
    Publish,
    /// Take out of the lists.
    Archive,
    /// Bring back into the lists.
    Restore,
    /// Delete for good.
    Delete,
}

impl State {
    /// All states in the order of a practice's life.
    pub const ALL: [Self; 6] = [Self::Draft, Self::Proposed, Self::NeedsUpdate, Self::Validated, Self::Archived, Self::Deleted];

    /// The word in the database, in locale keys and in the permission matrix.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::NeedsUpdate => "needs-update",
            Self::Validated => "validated",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Where `step` leads from here; `None` when it is not the moment for it.
    #[must_use]
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft | Self::NeedsUpdate, Step::Submit) => Some(Self::Proposed),
            (Self::Proposed, Step::Return) => Some(Self::NeedsUpdate),
            (Self::Proposed, Step::Publish) | (Self::Archived, Step::Restore) => Some(Self::Validated),
            (Self::Validated, Step::Archive) => Some(Self::Archived),
            (Self::Draft | Self::Proposed | Self::NeedsUpdate | Self::Validated | Self::Archived, Step::Delete) => Some(Self::Deleted),
            _ => None,
        }
    }

    /// True when anybody may read it.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(self, Self::Validated | Self::Archived)
    }

    /// True while its card may be changed.
    #[must_use]
    pub fn is_editable(self) -> bool {
        !matches!(self, Self::Archived | Self::Deleted)
    }
}

/// Declares a closed list of words with their spelling in the database, on the wire and in locale keys.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|item| item.as_str() == word)
            }
        }
    };
}

words!(
    /// How far the practice itself has come.
    Status {
        /// Being tried out.
        Pilot = "pilot",
        /// At work.
        Operating = "operating",
        /// Given up; the card says why.
        Stopped = "stopped",
    }
);

words!(
    /// How well the results are proven.
    Evidence {
        /// The community says so.
        E0 = "E0",
        /// Documents are attached.
        E1 = "E1",
        /// An expert has checked them.
        E2 = "E2",
        /// Somebody was there.
        E3 = "E3",
    }
);

words!(
    /// The kind of community it was done in; what worked in a village may not fit a city.
    CommunityKind {
        /// Rural community.
        Rural = "rural",
        /// Settlement community.
        Settlement = "settlement",
        /// City community.
        City = "city",
        /// District (raion).
        District = "district",
        /// Region (oblast).
        Region = "region",
        /// State body.
        State = "state",
    }
);

words!(
    /// Licences a card may be published under.
    Licence {
        /// Attribution.
        CcBy4 = "CC-BY-4.0",
        /// Attribution, share alike.
        CcBySa4 = "CC-BY-SA-4.0",
        /// No rights reserved.
        Cc0 = "CC0-1.0",
    }
);

/// One measured result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What was measured.
    pub metric: String,
    /// In what.
    pub unit: String,
    /// Value before, a decimal written with a point; empty when it was not measured.
    pub before: String,
    /// Value after, likewise.
    pub after: String,
    /// Where the numbers come from.
    pub source: String,
}

/// The card: all that an editor fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// At most [`TITLE_MAX`] characters.
    pub title: String,
    /// One line, at most [`SUMMARY_MAX`] characters.
    pub summary: String,
    /// English title, if there is one.
    pub title_en: String,
    /// English summary, if there is one.
    pub summary_en: String,
    /// What was wrong (Markdown, as all long sections).
    pub problem: String,
    /// In what circumstances.
    pub context: String,
    /// In what kind of community.
    pub community_kind: Option<CommunityKind>,
    /// How many people live there; `None` when not said.
    pub population: Option<i64>,
    /// What was done.
    pub solution: String,
    /// Step by step.
    pub steps: Vec<String>,
    /// Acts it rests on: names or addresses, one each.
    pub legal_base: Vec<String>,
    /// With what technology.
    pub technology: String,
    /// Cost in whole hryvnias; `None` when not said.
    pub cost_uah: Option<i64>,
    /// What the cost is made of.
    pub cost_note: String,
    /// How many months it took; `None` when not said.
    pub months: Option<i64>,
    /// Who did it: roles, not names.
    pub team: String,
    /// What changed, in numbers.
    pub outcomes: Vec<Outcome>,
    /// What can go wrong, and what did.
    pub risks: String,
    /// What others should know.
    pub lessons: String,
    /// What must be there for it to work elsewhere.
    pub replicability: String,
    /// A role and its mailbox, never a person.
    pub contact: String,
    /// When it began, as `2026-05-01`.
    pub started_on: String,
    /// When it ended, if it did.
    pub ended_on: String,
    /// How far it has come.
    pub status: Status,
    /// Why it was given up.
    pub stop_reason: String,
    /// Communities that do it: KATOTTG codes.
    pub territories: Vec<String>,
    /// Notations of the classifier, at least one when published.
    pub concepts: Vec<String>,
    /// Under what licence.
    pub licence: Licence,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            title: String::new(),
            summary: String::new(),
            title_en: String::new(),
            summary_en: String::new(),
            problem: String::new(),
            context: String::new(),
            community_kind: None,
            population: None,
            solution: String::new(),
            steps: Vec::new(),
            legal_base: Vec::new(),
            technology: String::new(),
            cost_uah: None,
            cost_note: String::new(),
            months: None,
            team: String::new(),
            outcomes: Vec::new(),
            risks: String::new(),
            lessons: String::new(),
            replicability: String::new(),
            contact: String::new(),
            started_on: String::new(),
            ended_on: String::new(),
            status: Status::Pilot,
            stop_reason: String::new(),
            territories: Vec::new(),
            concepts: Vec::new(),
            licence: Licence::CcBy4,
        }
    }
}

impl Card {
    /// What keeps this card from being saved at all, even as a draft: only lengths, numbers and dates.
    #[must_use]
    pub fn check_draft(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut too_long = |field: &str, text: &str, max: usize| {
            if text.chars().count() > max {
                errors.push(FieldError::new(field, "practices-field-too-long").arg("max", max));
            }
        };
        too_long("title", &self.title, TITLE_MAX);
        too_long("title_en", &self.title_en, TITLE_MAX);
        too_long("summary", &self.summary, SUMMARY_MAX);
        too_long("summary_en", &self.summary_en, SUMMARY_MAX);
        for (field, text) in [
            ("problem", &self.problem),
            ("context", &self.context),
            ("solution", &self.solution),
            ("technology", &self.technology),
            ("cost_note", &self.cost_note),
            ("team", &self.team),
            ("risks", &self.risks),
            ("lessons", &self.lessons),
            ("replicability", &self.replicability),
            ("contact", &self.contact),
            ("stop_reason", &self.stop_reason),
        ] {
            too_long(field, text, SECTION_MAX);
        }
        if self.title.trim().is_empty() {
            errors.push(FieldError::new("title", "practices-field-title-missing"));
        }
        for (field, date) in [("started_on", &self.started_on), ("ended_on", &self.ended_on)] {
            if !date.is_empty() && Timestamp::parse_date(date).is_none() {
                errors.push(FieldError::new(field, "practices-field-date"));
            }
        }
        if !self.started_on.is_empty() && !self.ended_on.is_empty() && self.ended_on < self.started_on {
            errors.push(FieldError::new("ended_on", "practices-field-ends-before-start"));
        }
        for (i, outcome) in self.outcomes.iter().enumerate() {
            for (part, value) in [("before", &outcome.before), ("after", &outcome.after)] {
                if !value.is_empty() && parse_decimal(value).is_none() {
                    errors.push(FieldError::new(format!("outcome_{i}_{part}"), "practices-field-number"));
                }
            }
            if outcome.metric.is_empty() && (!outcome.before.is_empty() || !outcome.after.is_empty()) {
                errors.push(FieldError::new(format!("outcome_{i}_metric"), "practices-field-metric-missing"));
            }
        }
        for (field, count) in [
            ("steps", self.steps.len()),
            ("legal_base", self.legal_base.len()),
            ("outcome_0_metric", self.outcomes.len()),
            ("territories", self.territories.len()),
        ] {
            if count > ROWS_MAX {
                errors.push(FieldError::new(field, "practices-field-too-many").arg("max", ROWS_MAX));
            }
        }
        errors
    }

    /// What keeps this card from the public: the acceptance criteria, as far as a program can check them.
    #[must_use]
    pub fn check_public(&self) -> Vec<FieldError> {
        let mut errors = self.check_draft();
        for (field, text) in
            [("summary", &self.summary), ("problem", &self.problem), ("solution", &self.solution), ("contact", &self.contact)]
        {
            if text.trim().is_empty() {
                errors.push(FieldError::new(field, "practices-field-missing"));
            }
        }
        if !self.outcomes.iter().any(Outcome::is_measured) {
            errors.push(FieldError::new("outcome_0_metric", "practices-field-no-measured-result"));
        }
        if self.concepts.is_empty() {
            errors.push(FieldError::new("concepts", "practices-field-no-concept"));
        }
        if self.started_on.is_empty() {
            errors.push(FieldError::new("started_on", "practices-field-missing"));
        }
        if self.status == Status::Stopped && self.stop_reason.trim().is_empty() {
            errors.push(FieldError::new("stop_reason", "practices-field-stop-reason-missing"));
        }
        errors
    }

    /// Share of the card that is filled in, in whole percent; told to the author, never a condition.
    #[must_use]
    pub fn completeness(&self) -> u8 {
        let filled = [
            !self.summary.is_empty(),
            !self.problem.is_empty(),
            !self.context.is_empty(),
            self.community_kind.is_some(),
            !self.solution.is_empty(),
            !self.steps.is_empty(),
            !self.legal_base.is_empty(),
            !self.technology.is_empty(),
            self.cost_uah.is_some(),
            self.months.is_some(),
            !self.team.is_empty(),
            self.outcomes.iter().any(Outcome::is_measured),
            !self.risks.is_empty(),
            !self.lessons.is_empty(),
            !self.replicability.is_empty(),
            !self.contact.is_empty(),
            !self.started_on.is_empty(),
            !self.concepts.is_empty(),
            !self.title_en.is_empty(),
            !self.summary_en.is_empty(),
        ];
        let done = filled.iter().filter(|f| **f).count();
        u8::try_from(done * 100 / filled.len()).unwrap_or(100)
    }
}

impl Outcome {
    /// True when there is a value before and a value after.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        !self.metric.is_empty() && parse_decimal(&self.before).is_some() && parse_decimal(&self.after).is_some()
    }

    /// Change in whole percent of the value before; `None` without two numbers or with zero before.
    #[must_use]
    pub fn change_percent(&self) -> Option<i64> {
        let (before, after) = (parse_decimal(&self.before)?, parse_decimal(&self.after)?);
        if before == 0 {
            return None;
        }
        let ratio = (after - before).checked_mul(100)?;
        let half = if (ratio < 0) == (before < 0) { before.abs() / 2 } else { -(before.abs() / 2) };
        Some((ratio + half * before.signum()) / before)
    }
}

/// Reads `42`, `3.5`, `3,5` or `-1 200` in ten-thousandths, so that no float is ever stored or signed.
#[must_use]
pub fn parse_decimal(text: &str) -> Option<i64> {
    let text: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        .map(|c| {
            if c == ',' {
                '.'
            } else if c == '−' {
                '-'
            } else {
                c
            }
        })
        .collect();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let sane = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 4 || !sane(whole) || !sane(part) {
        return None;
    }
    let fraction: i64 = format!("{part:0<4}").parse().ok()?;
    let value = whole.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(fraction)?;
    Some(if negative { -value } else { value })
}

/// Writes a decimal the one way it is stored and signed: a point, no spaces, no zeros at the end.
#[must_use]
pub fn canonical_decimal(text: &str) -> Option<String> {
    let value = parse_decimal(text)?;
    let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let sign = if value < 0 { "-" } else { "" };
    if part == 0 {
        return Some(format!("{sign}{whole}"));
    }
    Some(format!("{sign}{whole}.{}", format!("{part:04}").trim_end_matches('0')))
}

/// How long a card counts as fresh after its owner confirmed it, and how long after that it is merely due, in days.
pub const REVIEW: (i64, i64) = (365, 90);

/// Whether the owner still stands by the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Confirmed within the year.
    Fresh,
    /// The yearly confirmation is due.
    ReviewDue,
    /// Nobody has confirmed it for too long; readers are warned.
    Outdated,
}

impl Freshness {
    /// How a card whose review is due at `review_due` stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp, review_due: Timestamp) -> Self {
        if now < review_due {
            Self::Fresh
        } else if now < review_due.plus_days(REVIEW.1) {
            Self::ReviewDue
        } else {
            Self::Outdated
        }
    }

    /// The word in locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::ReviewDue => "review-due",
            Self::Outdated => "outdated",
        }
    }
}

words!(
    /// Where a remote practice stands with the hub's curators.
    Curation {
        /// Nobody has decided yet.
        Waiting = "waiting",
        /// Sent back with remarks.
        Returned = "returned",
        /// Stands in the national depository.
        Accepted = "accepted",
        /// Refused with a reason.
        Declined = "declined",
        /// Stands there, but was changed at its origin since.
        ReviewAgain = "review-again",
        /// Deleted by its origin.
        Withdrawn = "withdrawn",
    }
);

impl Curation {
    /// True when the practice stands in the national depository.
    #[must_use]
    pub fn is_listed(self) -> bool {
        matches!(self, Self::Accepted | Self::ReviewAgain)
    }

    /// True when a curator has something to do.
    #[must_use]
    pub fn is_queued(self) -> bool {
        matches!(self, Self::Waiting | Self::ReviewAgain)
    }

    /// Where a changed card stands next.
    #[must_use]
    pub fn after_change(self) -> Self {
        match self {
            Self::Accepted | Self::ReviewAgain => Self::ReviewAgain,
            Self::Withdrawn => Self::Withdrawn,
            Self::Waiting | Self::Returned | Self::Declined => Self::Waiting,
        }
    }
}
