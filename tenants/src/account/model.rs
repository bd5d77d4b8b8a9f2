//! What an account is.

use ratusha_platform::{TenantId, Timestamp};

use crate::principal::Grant;

ratusha_platform::id!(
    /// An account of this node.
    AccountId
);

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Active,
    /// It may not, until an administrator says otherwise.
    Blocked,
}

impl AccountState {
    /// Stored form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the stored form; what is not understood is blocked.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "active" { Self::Active } else { Self::Blocked }
    }
}

/// Somebody with a password on this node.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Where it was registered.
    pub home: TenantId,
    /// The name in bylines.
    pub name: String,
    /// Whether it may sign in.
    pub state: AccountState,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// An account with what it may do in one tenant.
#[derive(Debug, Clone)]
pub struct Member {
    /// The account.
    pub account: Account,
    /// What it may do here; expired grants are left out.
    pub grants: Vec<Grant>,
}

/// The one form in which an e-mail address is hashed: trimmed, lower case. `None` for what cannot be an address.
#[must_use]
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    let sane = !local.is_empty()
        && text.len() <= 254
        && domain.contains('.') | domain.ends_with("localhost")
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..");
    (sane && !text.chars().any(bad) && !local.contains('@')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::normal_email;

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(normal_email(" Olena@Hub.Example ").as_deref(), Some("olena@hub.example"));
        for bad in ["", "olena", "@hub.example", "olena@", "olena@hub", "o@a..b", "a b@c.d", "a@b@c.d", "<a@b.c>"] {
            assert_eq!(normal_email(bad), None, "{bad}");
        }
    }
}
