//! What Jira thinks of a query before it is asked.

use serde::{Deserialize, Serialize};

use super::{at_most, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;

const PARSE: Endpoint = Endpoint::ask("/ex/jira/{cloudId}/rest/api/3/jql/parse");

/// More than anybody sends at once, and than Jira finds wrong with one query.
const MOST: usize = 1_000;

/// How strictly a query is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Fields and values that are not there are errors.
    #[default]
    Strict,
    /// Values that are not there are warnings.
    Warn,
}

/// A query, and what Jira thinks of it.
#[derive(Clone, Debug, Deserialize)]
pub struct ParsedJql {
    /// The query, as Jira read it.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub query: String,
    /// Why it cannot be asked, in Jira's words; [`jql::position`](crate::jql::position) finds the place
    /// in them.
    #[serde(default, deserialize_with = "sentences")]
    pub errors: Vec<String>,
    /// What is odd about it, in Jira's words.
    #[serde(default, deserialize_with = "sentences")]
    pub warnings: Vec<String>,
}

fn sentences<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let sentences = Option::<super::Bare<MOST, String>>::deserialize(deserializer)?;
    Ok(sentences.map_or_else(Vec::new, |sentences| sentences.0))
}

#[derive(Serialize)]
struct Queries<'a> {
    queries: &'a [&'a str],
}

#[derive(Deserialize)]
struct Parsed {
    #[serde(deserialize_with = "at_most::<MOST, _, _>")]
    queries: Vec<ParsedJql>,
}

impl Site<'_> {
    /// What Jira thinks of these queries, one for one (`POST /rest/api/3/jql/parse`). Needs
    /// `read:jira-work`.
    ///
    /// ```no_run
    /// use juncture_jira::Validation;
    ///
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let parsed = site.parse_jql(&["stattus = Done"], Validation::Strict).await?;
    /// assert!(!parsed[0].errors.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A search is silent about what is not there, and finds nothing: this is the only way to know.
    pub async fn parse_jql(
        &self,
        queries: &[&str],
        validation: Validation,
    ) -> Result<Vec<ParsedJql>, Error> {
        let validation = match validation {
            Validation::Strict => "strict",
            Validation::Warn => "warn",
        };
        let call = PARSE
            .call(&self.client.api_url, &[self.id])?
            .query("validation", validation)
            .json(&Queries { queries });
        let Parsed { queries: parsed } = self.client.fetch(self.id, call, self.token).await?;
        Ok(parsed)
    }
}
