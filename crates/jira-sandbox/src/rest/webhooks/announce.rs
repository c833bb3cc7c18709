//! Makes deliveries of what has just changed, for those who wanted to hear of it.

use std::collections::BTreeMap;

use axum::extract::{Request, State as From};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use super::body::compose;
use crate::gateway::{Caller, Version};
use crate::options::{
    WebhookAfterRevocation, WebhookFanout, WebhookSelfLinks, WebhookSent, WebhookSoftwareEvents,
    WebhookTrace, WebhookUrlQuery,
};
use crate::sandbox::{Sandbox, State};
use crate::webhooks::{Draft, Event, Flow, Registration, courier, event_of};
use crate::world::{Fact, Issue, Language, Subject};

/// The index of Ada, who owns the app where it is private.
const OWNER: usize = 0;

/// The layer that tells of what a request has changed, as soon as it has.
pub(crate) async fn announce(
    From(sandbox): From<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let only_reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let response = next.run(request).await;
    if !only_reads {
        publish(&sandbox);
    }
    response
}

/// Files what there is to tell, and sends what is due.
fn publish(sandbox: &Sandbox) {
    let has_any = {
        let mut state = sandbox.state();
        file_news(sandbox, &mut state);
        state.webhooks.outbox.counts().0 > 0
    };
    // Searches are posted as well, and must not pay for what nobody has registered.
    if has_any {
        sandbox.tell_progress();
        courier::send_due(sandbox);
    }
}

fn file_news(sandbox: &Sandbox, state: &mut State) {
    for site in 0..state.world.sites.len() {
        let facts = state.world.sites[site].journal.take_facts();
        let registry = state.webhooks.of(&state.world.sites[site].cloud_id);
        if registry.rows().next().is_none() {
            continue;
        }
        for fact in facts {
            for event in event_of(fact.what, &state.switches.webhooks) {
                tell(sandbox, state, site, &fact, event);
            }
        }
    }
}

/// Files one event for everybody who wants it: a delivery for each app, URL and person, or for each
/// app and URL.
fn tell(sandbox: &Sandbox, state: &mut State, site: usize, fact: &Fact, event: Event) {
    let merges = state.switches.webhooks.fanout == WebhookFanout::Merged;
    let registry = state.webhooks.of(&state.world.sites[site].cloud_id);
    let mut groups: BTreeMap<(&str, &str, usize), Vec<&Registration>> = BTreeMap::new();
    for row in registry
        .rows()
        .filter(|row| wants(row, state, site, fact, event))
    {
        let person = if merges { 0 } else { row.owner };
        let group = groups.entry((&row.app, &row.url, person)).or_default();
        group.push(row);
    }
    // What cannot wait is not even written.
    let lost = groups.len() as u64;
    if lost > 0 && state.webhooks.outbox.is_full(&state.webhooks.trouble) {
        state.webhooks.outbox.overflowed += lost;
        return;
    }
    let drafts: Vec<Draft> = groups
        .values()
        .filter_map(|rows| draft(sandbox, state, site, fact, event, rows))
        .collect();
    let (now, limit) = (state.clock.now(), state.switches.webhooks.body_limit);
    for draft in drafts {
        let webhooks = &mut state.webhooks;
        webhooks.outbox.file(draft, &webhooks.trouble, limit, now);
    }
}

fn draft(
    sandbox: &Sandbox,
    state: &State,
    site: usize,
    fact: &Fact,
    event: Event,
    rows: &[&Registration],
) -> Option<Draft> {
    let first = rows.first()?;
    let reader = reader(sandbox, state, site, first);
    let ids: Vec<u64> = rows.iter().map(|row| row.id).collect();
    let body = compose(&reader, state, fact, event, &ids).to_string();
    let mut url = Url::parse(&first.url).ok()?;
    let switches = &state.switches.webhooks;
    if switches.url_query == WebhookUrlQuery::Dropped {
        url.set_query(None);
    }
    if let Some(actor) = fact.actor.filter(|_| switches.triggered_by_user) {
        let account_id = &state.world.people[actor].account_id;
        url.query_pairs_mut()
            .append_pair("triggeredByUser", account_id);
    }
    Some(Draft {
        site: state.world.sites[site].cloud_id.clone(),
        app: first.app.clone(),
        host: url.origin().ascii_serialization(),
        url: url.into(),
        event: event.name,
        flow: if fact.is_secondary {
            Flow::Secondary
        } else {
            Flow::Primary
        },
        ids,
        trace: match switches.trace {
            WebhookTrace::Echoed => fact.trace.clone(),
            WebhookTrace::Absent => None,
        },
        body,
    })
}

/// Whether a registration wants an event, and may have it.
fn wants(row: &Registration, state: &State, site: usize, fact: &Fact, event: Event) -> bool {
    row.is_live(state.clock.now())
        && row.events.iter().any(|wanted| wanted == event.name)
        && may_have(row, state, site, fact)
        && passes(row, state, site, fact)
        && is_named(row, fact, event)
}

/// Whether the owner's grant and eyes reach so far.
fn may_have(row: &Registration, state: &State, site: usize, fact: &Fact) -> bool {
    let switches = &state.switches.webhooks;
    let owner = &state.world.people[row.owner];
    let scopes = state.grants.scopes_of(&owner.account_id);
    let is_granted =
        scopes.is_some() || switches.after_revocation == WebhookAfterRevocation::GoesOn;
    let needs_scope = matches!(fact.subject, Subject::Sprint(_))
        && switches.software_events == WebhookSoftwareEvents::NeedSprintScope;
    let has_scope = || {
        let mut scopes = scopes.unwrap_or_default().iter();
        scopes.any(|scope| scope == "read:sprint:jira-software")
    };
    is_granted
        && (!switches.private_app || row.owner == OWNER)
        && (!needs_scope || has_scope())
        && (switches.invisible_issue == WebhookSent::Sent || sees(row.owner, state, site, fact))
}

fn sees(owner: usize, state: &State, site: usize, fact: &Fact) -> bool {
    let site = &state.world.sites[site];
    let sees = |project: u64| {
        let project = site.project(project);
        project.is_some_and(|project| project.is_visible_to(owner))
    };
    match &fact.subject {
        Subject::Issue { now, .. } => sees(now.project),
        Subject::Comment { issue, comment } => sees(issue.project) && site.reads(owner, comment),
        Subject::Property { issue, .. } => sees(issue.project),
        Subject::Sprint(sprint) => site.board(sprint.board, owner).is_some(),
        Subject::Version { project, .. } => sees(*project),
    }
}

/// Whether the filter lets a change through; it does not apply to sprints and versions.
fn passes(row: &Registration, state: &State, site: usize, fact: &Fact) -> bool {
    let accepts = |issue: &Issue| {
        row.filter
            .accepts(issue, &state.world.sites[site], &state.world.people)
    };
    match &fact.subject {
        Subject::Issue { now, before, .. } => {
            let minds_before = state.switches.webhooks.move_out_of_filter == WebhookSent::Sent;
            accepts(now) || minds_before && before.as_deref().is_some_and(accepts)
        }
        Subject::Comment { issue, .. } | Subject::Property { issue, .. } => accepts(issue),
        Subject::Sprint(_) | Subject::Version { .. } => true,
    }
}

/// Whether a change is of a field or a property that the registration names, where it names any.
fn is_named(row: &Registration, fact: &Fact, event: Event) -> bool {
    let has = |list: &Option<Vec<String>>, name: &str| {
        let list = list.as_ref();
        list.is_none_or(|list| list.iter().any(|wanted| wanted == name))
    };
    match &fact.subject {
        Subject::Property { key, .. } => has(&row.property_keys, key),
        Subject::Issue { change, .. } if event.name == "jira:issue_updated" => {
            let items = change.iter().flat_map(|change| &change.items);
            let mut fields = items.filter_map(|item| item.field_id.as_deref());
            row.field_ids.is_none() || fields.any(|field| has(&row.field_ids, field))
        }
        // An update that a comment caused is of no field.
        Subject::Comment { .. } if event.kind.is_some() => row.field_ids.is_none(),
        _ => true,
    }
}

/// For whom a body is made: its links are in the form of a switch, and its names in English.
fn reader(sandbox: &Sandbox, state: &State, site: usize, row: &Registration) -> Caller {
    let place = &state.world.sites[site];
    Caller {
        sandbox: sandbox.clone(),
        person: row.owner,
        account_id: state.world.people[row.owner].account_id.clone(),
        client_id: row.app.clone(),
        trace: None,
        site,
        scopes: Vec::new(),
        language: Language::English,
        name_language: Language::English,
        base: match state.switches.webhooks.self_links {
            WebhookSelfLinks::Site => place.url(),
            WebhookSelfLinks::Gateway => format!("{}/ex/jira/{}", row.origin, place.cloud_id),
        },
        origin: row.origin.clone(),
        path: String::new(),
        version: Version::Two,
        has_documents: false,
    }
}
