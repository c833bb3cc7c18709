//! Tests through the public interface, against a server that answers as it is told.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers as well"
)]

mod adf;
mod around;
mod boards;
mod calls;
mod endless;
mod errors;
mod faults;
mod fields;
mod finding_out;
mod foreign;
mod fuzz;
mod jql;
mod oauth;
mod pace;
mod paging;
mod paths;
mod points;
mod remembered;
mod secrets;
mod sendable;
mod simulated;
mod sprint_issues;
mod support;
mod whole;
mod writes;
