//! Who is told of each call, beside whoever has asked for it.

use std::time::Duration;

use reqwest::StatusCode;

use crate::call::Endpoint;
use crate::client::Client;

/// One try of a call to Jira, as far as it may be told: none of its arguments, and nothing of what was said.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The method.
    pub method: &'a str,
    /// The path that Atlassian documents, below the site, `{…}` standing for arguments. `/{path}` for a call
    /// that was passed on, of which only its caller knows more.
    pub path: &'static str,
    /// The status of the answer; none if no answer came.
    pub status: Option<u16>,
    /// What it has cost of the app's hourly quota at the least: a point for the call, and one for each issue
    /// that was read as the answer came. Jira does not tell it. None where it is not known to have cost anything.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>.
    pub points: Option<u64>,
    /// The id by which Atlassian's support finds the answer again.
    pub trace_id: Option<&'a str>,
    /// From its first byte to the end of the answer; to the beginning of it for one that is passed on.
    pub took: Duration,
}

/// Somebody who is told of calls. It is told at once, so it should be quick about it.
pub trait Watch: Send + Sync {
    /// A try has ended, or was given up.
    fn note(&self, call: &Told<'_>);
}

/// A try that is being watched. Given up, it has no answer.
pub(crate) struct Watched<'a> {
    client: &'a Client,
    endpoint: &'a Endpoint,
    began: Duration,
    is_told: bool,
}

/// What every path to a site begins with.
const SITE: &str = "/ex/jira/{cloudId}";

/// A path that Atlassian does not document, or of which we do not know it.
const PASSED_ON: &str = "/{path}";

impl Client {
    pub(crate) fn begin_watch<'a>(&'a self, endpoint: &'a Endpoint) -> Watched<'a> {
        Watched {
            client: self,
            endpoint,
            began: self.clock.steady(),
            is_told: false,
        }
    }
}

impl Watched<'_> {
    /// An answer has come that is a success, with so many issues in it.
    pub(crate) fn succeeded(self, status: StatusCode, trace_id: Option<&str>, issues: usize) {
        self.end(Some(status), trace_id, Some(1 + issues as u64));
    }

    /// No answer has come, or none of success.
    pub(crate) fn failed(self, status: Option<StatusCode>, trace_id: Option<&str>) {
        self.end(status, trace_id, None);
    }

    fn end(mut self, status: Option<StatusCode>, trace_id: Option<&str>, points: Option<u64>) {
        self.is_told = true;
        self.tell(status, trace_id, points);
    }

    fn tell(&self, status: Option<StatusCode>, trace_id: Option<&str>, points: Option<u64>) {
        let Some(watch) = &self.client.watch else {
            return;
        };
        let path = self.endpoint.path;
        let path = path.strip_prefix(SITE).unwrap_or(path);
        watch.note(&Told {
            method: self.endpoint.method.as_str(),
            path: if path.starts_with('/') {
                path
            } else {
                PASSED_ON
            },
            status: status.map(|status| status.as_u16()),
            points,
            trace_id,
            took: self.client.clock.steady().saturating_sub(self.began),
        });
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.is_told {
            self.tell(None, None, None);
        }
    }
}
