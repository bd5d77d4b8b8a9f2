//! A comment and its states; the order in which a thread is read.

use std::collections::HashMap;

use ratusha_platform::Timestamp;
use ratusha_tenants::account::AccountId;

ratusha_platform::id!(
    /// A comment, written here or taken in from another server.
    CommentId
);

/// How deep answers are taken.
pub const MAX_DEPTH: i64 = 50;
/// The longest comment written here, in characters.
pub const MAX_CHARS: usize = 5_000;

/// Whether a comment is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentState {
    /// To everybody.
    Visible,
    /// Waits for a moderator.
    Held,
    /// A moderator took it down.
    Hidden,
    /// Its author deleted it; only its place is left.
    Removed,
}

impl CommentState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Visible, Self::Held, Self::Hidden, Self::Removed];

    /// Stored form, also in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Held => "held",
            Self::Hidden => "hidden",
            Self::Removed => "removed",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == text)
    }
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id here.
    pub id: CommentId,
    /// The object it is about.
    pub object: String,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// 0 for a comment on the object itself.
    pub depth: i64,
    /// Its ActivityPub id.
    pub ap_id: String,
    /// Its page at its origin.
    pub url: Option<String>,
    /// Who wrote it, if it was written here.
    pub account: Option<AccountId>,
    /// Who wrote it: an actor's id.
    pub actor: String,
    /// The author's name when it was written.
    pub author_name: String,
    /// `@user@host`; empty for people of this tenant.
    pub author_handle: String,
    /// The author's page.
    pub author_url: Option<String>,
    /// Sanitized HTML.
    pub body: String,
    /// A warning that hides the text until it is opened.
    pub warning: Option<String>,
    /// Language of the text, if it is known.
    pub lang: Option<String>,
    /// Whether it is shown.
    pub state: CommentState,
    /// Why a moderator took it down.
    pub reason: Option<String>,
    /// When it was written.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it came here.
    pub received_at: Timestamp,
}

impl Comment {
    /// True when it was written here.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.account.is_some()
    }

    /// True when it was changed after it was written.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        self.updated_at > self.published_at
    }

    /// What is left of it for those who may not read it: its place.
    #[must_use]
    fn emptied(self) -> Self {
        Self {
            url: None,
            account: None,
            actor: String::new(),
            author_name: String::new(),
            author_handle: String::new(),
            author_url: None,
            body: String::new(),
            warning: None,
            lang: None,
            reason: None,
            state: if self.state == CommentState::Visible { CommentState::Hidden } else { self.state },
            ..self
        }
    }
}

/// Likes and shares of an object in the fediverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reactions {
    /// How many liked it.
    pub likes: i64,
    /// How many shared it.
    pub shares: i64,
}

/// For whose eyes a thread is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewing {
    /// What everybody may read.
    Public,
    /// That, and this person's own comments that wait.
    Author(AccountId),
    /// That, and everything that waits.
    Moderator,
}

impl Viewing {
    fn shows(&self, comment: &Comment) -> bool {
        match comment.state {
            CommentState::Visible => true,
            CommentState::Removed | CommentState::Hidden => false,
            CommentState::Held => match self {
                Self::Public => false,
                Self::Author(account) => comment.account.as_ref() == Some(account),
                Self::Moderator => true,
            },
        }
    }
}

/// The comments of one object as they are read: answers under what they answer, the oldest first.
///
/// What `viewing` does not show leaves its place behind when something under it is shown.
/// Comments whose parent is not among them count as answers to the object itself.
#[must_use]
pub fn arrange(comments: Vec<Comment>, viewing: &Viewing) -> Vec<Comment> {
    let known: HashMap<CommentId, usize> = comments.iter().enumerate().map(|(place, c)| (c.id.clone(), place)).collect();
    let mut answers: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    let mut order: Vec<usize> = (0..comments.len()).collect();
    order.sort_by(|a, b| match (comments.get(*a), comments.get(*b)) {
        (Some(a), Some(b)) => (a.published_at, &a.id).cmp(&(b.published_at, &b.id)),
        _ => a.cmp(b),
    });
    for place in order {
        let parent =
            comments.get(place).and_then(|c| c.parent.as_ref()).and_then(|parent| known.get(parent)).copied().filter(|p| *p != place);
        answers.entry(parent).or_default().push(place);
    }
    // Reading order without recursion: a deep thread must not exhaust the stack.
    let mut reading: Vec<(usize, i64)> = Vec::with_capacity(comments.len());
    let mut stack: Vec<(usize, i64)> = answers.get(&None).into_iter().flatten().rev().map(|place| (*place, 0)).collect();
    while let Some((place, depth)) = stack.pop() {
        reading.push((place, depth));
        stack.extend(answers.get(&Some(place)).into_iter().flatten().rev().map(|answer| (*answer, depth + 1)));
    }
    let mut slots: Vec<Option<Comment>> = comments.into_iter().map(Some).collect();
    let mut out: Vec<Comment> = Vec::new();
    // From the end, so that it is known whether anything under a comment is shown.
    let mut shown_below: Vec<i64> = Vec::new();
    for (place, depth) in reading.into_iter().rev() {
        let Some(comment) = slots.get_mut(place).and_then(Option::take) else { continue };
        let below = shown_below.last().is_some_and(|d| *d > depth);
        let shows = viewing.shows(&comment);
        while shown_below.last().is_some_and(|d| *d > depth) {
            shown_below.pop();
        }
        if shows || below {
            if shown_below.last() != Some(&depth) {
                shown_below.push(depth);
            }
            out.push(Comment { depth, ..if shows { comment } else { comment.emptied() } });
        }
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: u8, parent: Option<u8>, state: CommentState) -> Comment {
        let name = |n: u8| CommentId::trusted(format!("c{n}"));
        Comment {
            id: name(id),
            object: "o".into(),
            parent: parent.map(name),
            depth: 0,
            ap_id: format!("https://a.example/{id}"),
            url: None,
            account: None,
            actor: "https://a.example/u".into(),
            author_name: "Марек".into(),
            author_handle: "@marek@a.example".into(),
            author_url: None,
            body: "<p>так</p>".into(),
            warning: None,
            lang: None,
            state,
            reason: None,
            published_at: Timestamp(i64::from(id)),
            updated_at: Timestamp(i64::from(id)),
            received_at: Timestamp(i64::from(id)),
        }
    }

    fn ids(comments: &[Comment]) -> Vec<(String, i64)> {
        comments.iter().map(|c| (c.id.to_string(), c.depth)).collect()
    }

    #[test]
    fn answers_stand_under_what_they_answer_in_order_of_time() {
        use CommentState::Visible;
        let thread = vec![
            comment(5, Some(1), Visible),
            comment(2, None, Visible),
            comment(3, Some(1), Visible),
            comment(1, None, Visible),
            comment(4, Some(3), Visible),
        ];
        let read = arrange(thread, &Viewing::Public);
        assert_eq!(ids(&read), [("c1".into(), 0), ("c3".into(), 1), ("c4".into(), 2), ("c5".into(), 1), ("c2".into(), 0)]);
    }

    #[test]
    fn what_is_taken_down_leaves_its_place_only_where_answers_stand() {
        use CommentState::{Held, Hidden, Removed, Visible};
        let thread = vec![
            comment(1, None, Removed),
            comment(2, Some(1), Visible),
            comment(3, None, Hidden),
            comment(4, Some(3), Held),
            comment(5, None, Removed),
        ];
        let read = arrange(thread.clone(), &Viewing::Public);
        assert_eq!(ids(&read), [("c1".into(), 0), ("c2".into(), 1)]);
        assert!(read[0].body.is_empty() && read[0].author_name.is_empty());
        let moderator = arrange(thread, &Viewing::Moderator);
        assert_eq!(ids(&moderator), [("c1".into(), 0), ("c2".into(), 1), ("c3".into(), 0), ("c4".into(), 1)]);
        assert!(moderator[2].body.is_empty() && !moderator[3].body.is_empty());
    }

    #[test]
    fn a_comment_that_answers_itself_or_a_stranger_is_still_read() {
        let mut looped = comment(1, None, CommentState::Visible);
        looped.parent = Some(looped.id.clone());
        let read = arrange(vec![looped, comment(2, Some(9), CommentState::Visible)], &Viewing::Public);
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn a_very_deep_thread_does_not_exhaust_the_stack() {
        let mut thread = vec![comment(0, None, CommentState::Visible)];
        for n in 1..20_000_u32 {
            let mut next = comment(0, None, CommentState::Visible);
            next.id = CommentId::trusted(format!("d{n}"));
            next.parent = thread.last().map(|c| c.id.clone());
            thread.push(next);
        }
        assert_eq!(arrange(thread, &Viewing::Public).len(), 20_000);
    }
}
