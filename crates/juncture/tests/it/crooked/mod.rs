//! A crooked provider: wrong in each way that some provider documents. Its token host is a little server of
//! its own, which shares no type with ours; its dialect is a `Profile`, and that is all that is said of it.
//!
//! `docs/ADDING-A-PROVIDER.md` is the walk of it.

mod choices;
mod document;
mod exchanges;
mod handed_out;
mod host;
mod kept;
mod provider;
mod refreshes;
mod scene;
mod waiting;
mod without;
