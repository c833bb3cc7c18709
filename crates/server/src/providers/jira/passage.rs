//! Calls of others to a customer's Jira, passed on as they are.

use async_trait::async_trait;
use axum::http::StatusCode;
use juncture_jira::{ForwardError, blames_token};
use juncture_outbound::forward::{Answer, Passing};

use super::failure::failure;
use super::site::JiraSite;
use super::{Jira, NAME};
use crate::connection::Customer;
use crate::failure::Failure;
use crate::passage::{NotPassed, Passage};
use crate::tokens::{AccessToken, Stale};

#[async_trait]
impl Passage for Jira {
    async fn pass(&self, customer: Customer, passing: Passing) -> Result<Answer, NotPassed> {
        let (site, token) = JiraSite::with_token(self.clone(), customer).await?;
        let mut answer = site.forward(&passing, &token).await?;
        if site.is_refused(&token, &mut answer).await {
            if !passing.is_replayable() {
                // Whoever calls next has another one.
                let stale = Stale::Refused(token.version);
                self.tokens
                    .refresh_in_background(site.connection_id(), NAME, stale);
                return Ok(answer);
            }
            drop(answer);
            let replaced = self.tokens.replace(site.connection_id(), NAME, &token);
            answer = site.forward(&passing, &replaced.await?).await?;
        }
        if answer.status().is_success() {
            site.note_found();
        }
        Ok(answer)
    }
}

impl JiraSite {
    async fn forward(&self, passing: &Passing, token: &AccessToken) -> Result<Answer, NotPassed> {
        let token = token.text();
        let site = self.client().site(self.site_id(), &token);
        let answer = Box::pin(site.forward(passing)).await;
        answer.map_err(|error| match error {
            ForwardError::Caller(cause) => NotPassed::Caller(cause),
            ForwardError::Failed(error) if error.is_invalid() => NotPassed::Unfit(UNFIT),
            ForwardError::Failed(error) => failure(error, &[]).into(),
        })
    }

    /// Whether a fresh token may help, as for calls of our own ([`JiraSite::ask`]).
    async fn is_refused(&self, token: &AccessToken, answer: &mut Answer) -> bool {
        let is_past_expiry = !token.works(&*self.jira().tokens.clock);
        let is_hidden = matches!(
            answer.status(),
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
        );
        (is_past_expiry && is_hidden) || blames_token(answer).await
    }

    /// The Jira of a customer with a token that works: from memory where it can be, as
    /// `get-access-token` does; what is remembered is as new as the token is.
    async fn with_token(jira: Jira, customer: Customer) -> Result<(Self, AccessToken), Failure> {
        if let Some(site) = Self::remembered(&jira, &customer) {
            let token = site.token().await?;
            // The token may be of another grant by now, and so of another site.
            if site.is_remembered() {
                return Ok((site, token));
            }
        }
        let site = Self::find(jira, customer).await?;
        let token = site.token().await?;
        Ok((site, token))
    }
}

/// What a call has too much of that cannot be sent.
const UNFIT: &str = "the path and the query must be shorter";
