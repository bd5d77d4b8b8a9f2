//! The protocol: signatures, the guarded client, what goes over the wire and how it is read.
//! Knows no module and no tenant table.

pub mod actors;
pub mod counters;
pub mod directory;
pub mod fetch;
pub mod inbox;
pub mod loopback;
pub mod outbox;
pub mod registry;
pub mod service;
pub mod signatures;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
mod transport;
pub mod webfinger;
pub mod wire;

#[cfg(test)]
mod tests;

pub use actors::{RemoteActor, find_remote_actor, lookup_handle, remote_actor};
pub use directory::{Directory, Inbox, LocalActor};
pub use inbox::{InboxProcessor, inbox_routes};
pub use loopback::Loopback;
pub use outbox::{Audience, Deliverer, Delivery, Emit, LogRow, Stream, activity_routes, current_seq, delivery, log_page, peers};
pub use registry::{ActivityHandler, Outcome, Received, Registry};
pub use service::{Federation, Limits};
pub use transport::FetchProblem;
