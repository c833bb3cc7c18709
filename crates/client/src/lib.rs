//! Your customers' Jira, through Juncture, from Rust: typed, with errors that say what
//! to do, and retries that never do a thing twice.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/world.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let world = World::start().await;
//! # let (base_url, secret_key) = (&*world.juncture, SECRET_KEY);
//! use juncture_client::jira::{Category, ListTickets, NewComment, NewTicket, Target};
//! use juncture_client::{Juncture, Kind};
//!
//! let juncture = Juncture::new(base_url, secret_key)?; // on your server only
//! # world.connect(&juncture, "customer-1").await;
//! let jira = juncture.jira("customer-1"); // your own id of the customer
//!
//! let shop = ListTickets { jira_project_id: Some("SHOP".into()), ..ListTickets::default() };
//! for ticket in jira.tickets().list(&shop).await?.tickets {
//!     println!("{} {}", ticket.key, ticket.summary.unwrap_or_default());
//! }
//!
//! let wanted = NewTicket {
//!     jira_project_id: Some("SHOP".into()),
//!     description: Some("In **Markdown**.".into()),
//!     ..NewTicket::new("10004", "It works")
//! };
//! let made = jira.tickets().create(&wanted).await?.ticket.ticket; // once, though an answer is lost
//! jira.comments().add(&made.key, &NewComment::of("Look at *this*.")).await?;
//! jira.issues().transition(&made.key, &Target::Category(Category::Done).into()).await?;
//!
//! let newcomer = "customer-2";
//! match juncture.jira(newcomer).projects().list().await {
//!     Ok(projects) => println!("{} projects", projects.total),
//!     Err(error) if error.kind() == Kind::NeedsReauthorization || error.code() == "connection_not_found" => {
//!         let started = juncture.connect().start("jira", newcomer).await?;
//!         println!("Send your customer to {}", started.authorization_uri);
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Answers are those of the HTTP API, by the same names in Rust's spelling: [`views`]. What is a list of
//! pages is a stream: [`jira::Issues::pages`].
//!
//! # Failures
//!
//! Every failure is an [`Error`] with a [`Kind`]. Calls are tried again (twice, within the timeout) where
//! nothing was done: refused connections, and 429 with a `Retry-After` up to 30 s. Reads are tried again when
//! their answer is lost, and creations, with their idempotency key; other changes never are.
//!
//! A call ends when its future is dropped. A creation that may be dropped so should be given a key of your
//! own (`create_once`, `add_once`), with which it can be gone on with.

mod answer;
mod connect;
mod connections;
mod error;
mod event_endpoints;
mod events;
mod failure;
mod health;
pub mod jira;
mod juncture;
mod options;
mod retry;
mod transport;
pub mod webhooks;

pub use connect::{Connect, NewSession};
pub use connections::{Connections, ListConnections, TimelinePage};
pub use error::{Error, Kind};
pub use event_endpoints::{
    EndpointChanges, EndpointPage, EventEndpointCalls, ListDeliveries, NewEndpoint, ReplayEvents,
};
pub use events::{Events, Feed, ListEvents, Whose};
pub use health::Health;
pub use juncture::Juncture;
pub use options::Options;

pub use juncture_clock::Clock;
pub use juncture_views as views;
/// What sends the requests: [`Options::http`], and the raw proxy's methods, headers, bodies and responses.
pub use reqwest;
