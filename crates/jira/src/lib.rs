//! A typed client for Jira Cloud.
