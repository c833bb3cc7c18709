//! Help with JQL: queries checked, matched, and completed.

mod matching;
mod parse;
mod reference;
mod structure;
mod suggestions;

pub(super) use matching::match_issues;
pub(super) use parse::parse;
pub(super) use reference::{narrow, show};
pub(super) use suggestions::{emphasised, suggest};
