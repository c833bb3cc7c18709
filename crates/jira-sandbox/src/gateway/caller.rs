//! Who calls a Jira endpoint, on which site, with which scopes, in which language.

use std::sync::MutexGuard;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::{Refusal, Sentence};
use crate::sandbox::{Sandbox, State};
use crate::world::{Language, Project};

/// The versions of the platform's API. They have the same operations, and differ in rich text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Rich text is wiki markup.
    Two,
    /// Rich text is the Atlassian Document Format.
    Three,
}

/// An admitted caller.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    /// The index of the person.
    pub(crate) person: usize,
    pub(crate) account_id: String,
    /// The app that the token was given to.
    pub(crate) client_id: String,
    /// What the app wrote in `X-Atlassian-Webhook-Trace`.
    pub(crate) trace: Option<String>,
    /// The index of the site.
    pub(crate) site: usize,
    pub(crate) scopes: Vec<String>,
    pub(crate) language: Language,
    /// The language of names, which a switch keeps to that of the profile.
    pub(crate) name_language: Language,
    /// Where the site is for this caller: the gateway's address with the cloud id.
    pub(crate) base: String,
    /// Scheme and authority of the sandbox.
    pub(crate) origin: String,
    /// The path asked for.
    pub(crate) path: String,
    /// The version in which platform resources are linked.
    pub(crate) version: Version,
    /// Whether rich text is read and written as documents, or else as wiki markup.
    pub(crate) has_documents: bool,
}

impl Caller {
    /// Refuses, as the gateway does, when the grant lacks a scope. It does not say which.
    pub(crate) fn must_hold(&self, scope: &str) -> Result<(), Refusal> {
        if self.scopes.iter().any(|held| held == scope) {
            Ok(())
        } else {
            Err(Refusal::Unauthorized("Unauthorized; scope does not match"))
        }
    }

    /// Refuses unless the grant has every scope of one of these groups: the classic ones, or the
    /// granular ones.
    pub(crate) fn must_hold_any(&self, groups: [&[&str]; 2]) -> Result<(), Refusal> {
        let [classic, granular] = groups;
        self.must_hold_all(classic)
            .or_else(|_| self.must_hold_all(granular))
    }

    /// Refuses unless the grant has every one of these scopes.
    pub(crate) fn must_hold_all(&self, scopes: &[&str]) -> Result<(), Refusal> {
        scopes.iter().try_for_each(|scope| self.must_hold(scope))
    }

    /// Everything there is, for as long as one answer takes to make. What is written meanwhile is
    /// written by this request.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.sandbox.state();
        let journal = &mut state.world.sites[self.site].journal;
        journal.set_trace(self.trace.as_ref());
        state
    }

    /// The address of a platform resource, in gateway form.
    pub(crate) fn link(&self, path: &str) -> String {
        let version = match self.version {
            Version::Two => 2,
            Version::Three => 3,
        };
        format!("{}/rest/api/{version}/{path}", self.base)
    }

    /// The address of a Jira Software resource, in gateway form.
    pub(crate) fn agile_link(&self, path: &str) -> String {
        format!("{}/rest/agile/1.0/{path}", self.base)
    }

    /// A refusal with one sentence in the caller's language.
    pub(crate) fn refuse(&self, status: StatusCode, sentence: &Sentence) -> Refusal {
        Refusal::Messages(status, vec![sentence.say(self.language)])
    }

    /// A 400 with one sentence in the caller's language.
    pub(crate) fn bad_request(&self, sentence: &Sentence) -> Refusal {
        self.refuse(StatusCode::BAD_REQUEST, sentence)
    }

    /// The refusal of something that Jira has and the sandbox does not: a method and a path, or a
    /// parameter.
    pub(crate) fn not_simulated(&self, what: String) -> Refusal {
        let sentence = Sentence::NotSimulated(what);
        self.refuse(StatusCode::NOT_IMPLEMENTED, &sentence)
    }

    /// Refuses the values of a parameter that Jira knows and the sandbox does not simulate.
    pub(crate) fn must_simulate(
        &self,
        parameter: &str,
        values: &[String],
        gaps: &[&str],
    ) -> Result<(), Refusal> {
        match values.iter().find(|value| gaps.contains(&value.as_str())) {
            Some(value) => Err(self.not_simulated(format!("{parameter}={value}"))),
            None => Ok(()),
        }
    }

    /// Whether the caller may see a project.
    pub(crate) fn sees(&self, project: &Project) -> bool {
        project.is_visible_to(self.person)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Self>().cloned();
        Ok(caller.expect("the door stands before every endpoint"))
    }
}
