//! Tests through the public interface, against a server that answers as it is told.

mod adf;
mod calls;
mod errors;
mod faults;
mod oauth;
mod pace;
mod paging;
mod paths;
mod secrets;
mod support;
