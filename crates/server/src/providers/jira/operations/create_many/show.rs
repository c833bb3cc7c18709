//! The new tickets, as far as they can be read back soon.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use juncture_jira::{Issue, Site};
use juncture_views::jira::created::NewTicket;
use juncture_views::jira::tickets::TicketView;

use super::{Batch, Outcome, Unmade, Words};
use crate::foreign;
use crate::providers::jira::help::help;
use crate::providers::jira::operations::create;
use crate::providers::jira::view::Of as _;
use crate::providers::jira::view::tickets::{TICKET_FIELDS, described};

/// The scopes that reading them needs.
const READ: &[&str] = &["read:jira-work"];

/// How many are read by one call.
const AT_ONCE: usize = 100;

impl Batch<'_> {
    /// What became of each ticket. Those that nothing is known of were not attempted.
    pub(super) async fn show(self) -> Vec<Result<NewTicket, Words>> {
        let made = self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Made(made) => Some(made.id.clone()),
            Outcome::Unmade(_) => None,
        });
        let mut read = self.read_back(made.collect()).await;
        let mut outcomes = self.outcomes.into_iter();
        let mut shown = Vec::with_capacity(self.orders.len());
        for order in self.orders {
            shown.push(match (outcomes.next(), order) {
                (Some(Outcome::Made(made)), Ok(order)) => Ok(match read.remove(&made.id) {
                    Some(ticket) => NewTicket {
                        ticket,
                        partial: false,
                    },
                    None => create::known(&order.wanted.issue, made.id, made.key),
                }),
                (Some(Outcome::Unmade(words)), _) => Err(words),
                (_, Err(words)) => Err(words.clone()),
                (None, Ok(_)) => Err((self.told)(Unmade::NotAttempted)),
            });
        }
        shown
    }

    /// The tickets of these ids, if they can be had soon.
    async fn read_back(&self, ids: Vec<String>) -> BTreeMap<String, TicketView> {
        if ids.is_empty() {
            return BTreeMap::new();
        }
        let asked = self.site.ask(READ, async move |site: Site<'_>| {
            let pages = ids.chunks(AT_ONCE).map(async |ids| {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                site.bulk_fetch(&ids, &TICKET_FIELDS).await
            });
            try_join_all(pages).await
        });
        let clock = &*self.site.jira().tokens.clock;
        let pages = help("the new tickets", clock, Box::pin(asked)).await;
        let pages = pages.into_iter().flatten();
        let issues: Vec<Issue> = pages.flat_map(|page| page.issues).collect();
        let bytes = described(&issues);
        let views = move || {
            let issues = issues.into_iter();
            issues
                .map(|issue| (issue.id.clone(), TicketView::of(issue)))
                .collect()
        };
        foreign::convert(bytes, views).await
    }
}
