//! Jira Software: boards, sprints, and the issues on them.

mod boards;
mod lists;
mod sprints;
