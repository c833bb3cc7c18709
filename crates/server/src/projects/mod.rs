//! Whose call it is: projects, their keys and their OAuth apps, by one set of rules for the API of whoever
//! runs the server and for the command line.
//!
//! The store decides. What calls need of it is known in memory (`known`), is looked for at a bounded rate
//! where it is not (`lookups`), and follows what other processes change (`follow`).

mod apps;
mod follow;
pub mod key;
mod keys;
mod known;
mod lookups;
mod manage;
mod parts;
mod problem;
pub mod return_urls;
pub mod scopes;
pub mod settings;

pub use apps::{App, GivenApp};
pub use keys::{Key, NewKey};
pub use known::{KnownKey, KnownProject};
pub use lookups::NotFound;
pub use manage::Project;
pub use parts::Projects;
pub use problem::Problem;
