//! jql
