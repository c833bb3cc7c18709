//! The example app's pages: what each of them shows. Their HTML is in `templates/`.

mod tickets;

use std::sync::Arc;

use askama::Template;

use super::addresses::Addresses;
use super::backend::{EXTERNAL_ID, Project, Projects, Sprint, Ticket, Tickets};
use super::calls::Call;
use super::trouble::Trouble;

pub(super) use tickets::{Move, NewTicketForm, NewTicketPage, Remark, TicketPage, TicketView};

/// What is the same on every page of a demo.
#[derive(Clone)]
pub(super) struct Site {
    juncture: String,
    control: String,
}

impl Site {
    /// The site of a demo at these addresses.
    pub(super) fn of(addresses: &Addresses) -> Self {
        Self {
            juncture: addresses.juncture.to_string(),
            control: format!("{}_sandbox/", addresses.sandbox),
        }
    }

    /// A page's frame, with the calls to show beside it.
    pub(super) fn view(&self, calls: Vec<Arc<Call>>) -> View {
        View {
            site: self.clone(),
            external_id: EXTERNAL_ID,
            calls,
        }
    }
}

/// The frame of every page.
pub(super) struct View {
    site: Site,
    external_id: &'static str,
    calls: Vec<Arc<Call>>,
}

/// Nothing is connected yet, or no longer.
#[derive(Template)]
#[template(path = "connect.html")]
pub(super) struct ConnectPage {
    pub(super) view: View,
    pub(super) is_worn_out: bool,
}

/// Which project?
#[derive(Template)]
#[template(path = "projects.html")]
pub(super) struct ProjectsPage {
    pub(super) view: View,
    pub(super) listed: Projects,
}

impl ProjectsPage {
    fn is_selected(&self, project: &Project) -> bool {
        self.listed.selected_project_id.as_ref() == Some(&project.id)
    }
}

/// The tickets of the picked project.
#[derive(Template)]
#[template(path = "tickets.html")]
pub(super) struct TicketsPage {
    view: View,
    project: Option<Project>,
    found: Tickets,
    tally: [(&'static str, &'static str, usize); 3],
}

impl TicketsPage {
    /// The page of what Juncture found.
    pub(super) fn new(view: View, project: Option<Project>, found: Tickets) -> Self {
        let count = |category| {
            let is_in = |ticket: &&Ticket| category_of(ticket) == category;
            found.tickets.iter().filter(is_in).count()
        };
        let tally = [
            ("new", "To do", count("new")),
            ("indeterminate", "In progress", count("indeterminate")),
            ("done", "Done", count("done")),
        ];
        Self {
            view,
            project,
            found,
            tally,
        }
    }
}

/// The category of a ticket's status, which is the same in every language.
fn category_of(ticket: &Ticket) -> &str {
    ticket.status_category.as_deref().unwrap_or("undefined")
}

/// The day of one of Jira's timestamps, which all begin `YYYY-MM-DD`.
fn day_of(timestamp: &str) -> &str {
    timestamp.get(..10).unwrap_or(timestamp)
}

/// When a sprint runs, as far as Jira tells.
fn span_of(sprint: &Sprint) -> Option<String> {
    let (start, end) = (sprint.start_date.as_deref()?, sprint.end_date.as_deref()?);
    Some(format!("{} to {}", day_of(start), day_of(end)))
}

/// Something went wrong.
#[derive(Template)]
#[template(path = "trouble.html")]
pub(super) struct TroublePage<'a> {
    pub(super) view: View,
    pub(super) trouble: &'a Trouble,
}
