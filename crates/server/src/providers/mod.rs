//! Providers: what can be connected. A provider is a folder here, a migration, a line in `app` and one
//! in `router`.

pub mod jira;
