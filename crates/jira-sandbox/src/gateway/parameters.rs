//! Query parameters the way Jira reads them: repeated, comma separated, and strict about numbers.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::convert::Infallible;

use super::door::site_path;
use super::{Caller, Refusal};

/// The query parameters of a request, in order.
#[derive(Debug)]
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
    instance: String,
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            pairs: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            instance: site_path(parts.uri.path()).to_owned(),
        })
    }
}

impl Parameters {
    /// The first value of a parameter.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a repeated parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses a request with one of these parameters, which Jira knows and the sandbox does not
    /// simulate.
    pub(crate) fn must_lack(&self, caller: &Caller, gaps: &[&str]) -> Result<(), Refusal> {
        match gaps.iter().find(|name| self.find(name).is_some()) {
            Some(name) => Err(caller.not_simulated(format!("the parameter '{name}'"))),
            None => Ok(()),
        }
    }

    /// Every parameter but these.
    pub(crate) fn others(&self, left_out: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(move |(name, _)| !left_out.contains(name))
    }

    /// Every value of a parameter that may be repeated, comma separated, or both.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.all(name)
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A number, or Jira's refusal of a text that is none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.convert(name, |text| text.parse().ok())
    }

    /// `maxResults`, which has 32 bits.
    pub(crate) fn page_size(&self) -> Result<Option<i64>, Refusal> {
        let size = self.convert("maxResults", |text| text.parse::<i32>().ok())?;
        Ok(size.map(i64::from))
    }

    /// Every number of a parameter that is repeated and never split at commas.
    pub(crate) fn repeated_numbers(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        self.all(name)
            .filter(|text| !text.is_empty())
            .map(|text| text.parse().map_err(|_| self.unconvertible(name, text)))
            .collect()
    }

    /// Every number of a repeated parameter.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        self.list(name)
            .iter()
            .map(|text| text.parse().map_err(|_| self.unconvertible(name, text)))
            .collect()
    }

    /// `true` or `false`, in any letter case.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.convert(name, |text| text.to_ascii_lowercase().parse().ok())
    }

    fn convert<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.find(name) {
            None | Some("") => Ok(None),
            Some(text) => match read(text) {
                Some(value) => Ok(Some(value)),
                None => Err(self.unconvertible(name, text)),
            },
        }
    }

    /// Jira's refusal of a value that it cannot read.
    pub(crate) fn unconvertible(&self, name: &str, text: &str) -> Refusal {
        Refusal::Problem {
            status: StatusCode::BAD_REQUEST,
            detail: format!("Failed to convert '{name}' with value: '{text}'"),
            instance: self.instance.clone(),
        }
    }
}
