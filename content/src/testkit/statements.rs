//! Counts the SQL statements of one piece of work, whichever task or thread runs them.
#![allow(clippy::expect_used, reason = "a test that cannot be set up must fail loudly")]

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::{Event, Instrument, Metadata, Subscriber, field::Visit, span};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

type Seen = Arc<Mutex<Vec<String>>>;

static OPEN: LazyLock<Mutex<HashMap<u64, Seen>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(1);
static INSTALLED: Once = Once::new();

const SPAN: &str = "counted_statements";
const TARGET: &str = "sqlx::query";

/// Runs `work` and tells which statements it sent to the database, in order.
///
/// # Panics
/// When another tracing subscriber was installed before: nothing could be counted then.
pub async fn counted<F: Future>(work: F) -> (F::Output, Vec<String>) {
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Counter);
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber in a test process");
    });
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let seen = Seen::default();
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&seen));
    let out = work.instrument(tracing::info_span!(target: "counted", "counted_statements", id)).await;
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    let statements = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (out, statements)
}

struct Counter;

struct Mine(Seen);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Counter {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.name() == SPAN || metadata.target() == TARGET
    }

    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut number = Number::default();
        attributes.record(&mut number);
        let seen = number.0.and_then(|n| OPEN.lock().unwrap_or_else(PoisonError::into_inner).get(&n).cloned());
        if let (Some(span), Some(seen)) = (context.span(id), seen) {
            span.extensions_mut().insert(Mine(seen));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(Mine(seen)) = span.extensions().get::<Mine>() {
                let text = text.whole();
                // A new connection's settings are no part of the work.
                if !text.starts_with("PRAGMA") {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(text);
                }
                return;
            }
        }
    }
}

#[derive(Default)]
struct Number(Option<u64>);

impl Visit for Number {
    fn record_u64(&mut self, _: &tracing::field::Field, value: u64) {
        self.0 = Some(value);
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

#[derive(Default)]
struct Text {
    summary: String,
    statement: String,
}

impl Text {
    fn whole(self) -> String {
        if self.statement.trim().is_empty() { self.summary } else { self.statement.trim().to_owned() }
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.statement),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.summary = format!("{value:?}");
        }
    }
}
