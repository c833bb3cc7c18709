//! All issues that a query finds.

use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use juncture_jira::{Error as JiraError, Site};
use juncture_views::jira::found::Found;

use super::asked::{SCOPES, Search};
use crate::providers::jira::Jira;
use crate::providers::jira::failure::{InvalidJql, OperationError};
use crate::providers::jira::help::help;
use crate::providers::jira::jql::{Jql, Opinion};
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::tickets::{TICKET_FIELDS, fields_with};
use crate::providers::jira::view::written::{Writer, Written, WrittenTicket};
use crate::providers::jira::viewer::Viewer;
use crate::providers::jira::wanted::Shown;

/// As many issues as one answer holds.
pub(crate) const MOST: usize = 10_000;

/// What was read: the tickets, what wrote them, and whether Jira's parser was silent.
type Read = Result<(Vec<WrittenTicket>, Arc<Writer>, bool), OperationError>;

/// All issues that a query finds, each once, in its order: a [`Found`].
pub(crate) async fn whole(site: &JiraSite, search: &Search) -> Result<Written, OperationError> {
    let read = site.ask_for_list(SCOPES, {
        let (jira, viewer) = (site.jira().clone(), site.viewer());
        let search = search.clone();
        async move |site| Box::pin(read(&jira, viewer, site, &search)).await
    });
    let (issues, writer, is_unsure) = read.await??;
    let around = Found {
        issues: Vec::new(),
        total: Some(issues.len() as u64),
        next_cursor: None,
        custom_field_names: writer.names(&issues),
        unchecked: is_unsure && issues.is_empty(),
    };
    Ok(Written::with(&around, issues))
}

async fn read(
    jira: &Jira,
    viewer: Viewer,
    site: Site<'_>,
    Search { jql, wanted }: &Search,
) -> Result<Read, JiraError> {
    let shown = Shown::on(jira, viewer, site, wanted, &TICKET_FIELDS).await?;
    let shown = match shown {
        Ok(shown) => shown,
        Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
    };
    let writer = Arc::new(Writer::new(shown, None));
    let fields = fields_with(writer.shown());
    let write = {
        let writer = Arc::clone(&writer);
        move |issue| writer.ticket(issue)
    };
    let reading = site.all_issues_as(MOST, jql.as_str(), &fields, write);
    let reading = reading.boxed();
    let checking = pin!(jql.opinion(jira, viewer, site));
    // What is wrong ends the reading. Jira's parser has the first word on it, whoever is faster.
    let (issues, opinion) = match select(reading, checking).await {
        Either::Left((issues, checking)) => (Some(issues), checking.await),
        Either::Right((Opinion::Wrong(why), _)) => (None, Opinion::Wrong(why)),
        Either::Right((opinion, reading)) => (Some(reading.await), opinion),
    };
    match (issues, opinion) {
        (_, Opinion::Wrong(why)) => Ok(Err(why.into())),
        (Some(Err(error)), _) if error.is_invalid() => Ok(Err(InvalidJql::from(&error).into())),
        (Some(Err(error)), _) if error.is_too_long() => Ok(Err(OperationError::TooManyResults(
            count(jira, site, jql).await,
        ))),
        (Some(issues), opinion) => {
            let is_unsure = matches!(opinion, Opinion::Unknown);
            Ok(Ok((issues?, writer, is_unsure)))
        }
        (None, _) => unreachable!("the reading ends early for a wrong query alone"),
    }
}

/// About how many issues a query finds, if Jira tells it soon.
pub(super) async fn count(jira: &Jira, site: Site<'_>, jql: &Jql) -> Option<u64> {
    let count = site.approximate_count(jql.as_str());
    help("count", &*jira.tokens.clock, count).await
}
