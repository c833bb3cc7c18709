//! The sandbox and its callers against Atlassian's OpenAPI documents.

mod answers;
mod requests;
mod samples;
