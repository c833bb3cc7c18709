//! Queries that callers write, and what Jira thinks of them.
//!
//! Jira may answer a search for what is not there, such as a field with a typing error in its name, with an
//! empty list, and it ignores an order by such a field. Silence is no answer: each new query goes to Jira's
//! own parser once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use juncture_jira::jql::Query;
use juncture_jira::{Site, Validation};
use ring::digest;

use super::Jira;
use super::failure::InvalidJql;
use super::help::help;
use super::viewer::Viewer;
use crate::cache::Key;

/// Queries that Jira's parser has nothing against, by viewer and hash.
const GOOD_QUERIES: Key<bool> = Key::new("jira_good_jql", SignedDuration::from_mins(10));

/// A query that restricts what it finds, and whose quotes and brackets are closed.
#[derive(Clone)]
pub(crate) struct Jql(String);

/// What Jira's parser thinks of a query.
pub(crate) enum Opinion {
    /// All that it names is there.
    Good,
    /// Something is wrong with it.
    Wrong(InvalidJql),
    /// The parser does not answer.
    Unknown,
}

impl Jql {
    /// Takes `text` if it is one.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidJql> {
        let query = Query::read(text).map_err(|unsafe_| InvalidJql {
            reasons: vec![unsafe_.to_string()],
            position: Some(place(text, unsafe_.at())),
        })?;
        if !query.is_bounded() {
            return Err(unbounded());
        }
        Ok(Self(text.to_owned()))
    }

    /// The query.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What Jira's parser thinks of it. A good query is asked about once in ten minutes.
    pub(crate) async fn opinion(&self, jira: &Jira, viewer: Viewer, site: Site<'_>) -> Opinion {
        let place = format!("{viewer}/{}", self.hash());
        if jira.cache.get(&GOOD_QUERIES, &place).await.is_some() {
            return Opinion::Good;
        }
        let queries = [self.as_str()];
        let parsed = site.parse_jql(&queries, Validation::Strict);
        let parsed = help("jql", &*jira.tokens.clock, parsed).await;
        match parsed.as_deref() {
            None | Some([]) => Opinion::Unknown,
            Some([parsed, ..]) if parsed.errors.is_empty() => {
                jira.cache.set(&GOOD_QUERIES, &place, &true).await;
                Opinion::Good
            }
            Some([parsed, ..]) => Opinion::Wrong(InvalidJql::told(&parsed.errors)),
        }
    }

    /// What stands for it where it must not be readable.
    pub(crate) fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.0.as_bytes()))
    }
}

fn unbounded() -> InvalidJql {
    InvalidJql {
        reasons: vec!["the query restricts nothing".to_owned()],
        position: None,
    }
}

/// The line and the character, from 1, of a place in bytes.
fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let character = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (short(line), short(character))
}
