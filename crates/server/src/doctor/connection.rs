//! One customer's connection: whether its grant lives, which site it is for, and what it lacks.

use jiff::Timestamp;
use juncture_jira::Resource;
use juncture_jira::oauth::is_jira_scope;

use super::Named;
use super::finding::Finding;
use crate::app::App;
use crate::connection::{Connection, Customer};
use crate::failure::Failure;
use crate::project::ProjectId;
use crate::provider::Provider;
use crate::providers::jira::{NAME, table};
use crate::store::{StoreError, projects};

pub(super) const WHAT: &str = "connection";

/// What only the customer can do.
const CONNECT_AGAIN: &str = "the customer must connect again";

pub(super) async fn look(app: &App, named: &Named) -> Vec<Finding> {
    match try_to_look(app, named).await {
        Ok(findings) => findings,
        Err(error) => {
            let said = format!("cannot be read: {}", error.reason());
            vec![Finding::bad(WHAT, said, "look at the database")]
        }
    }
}

async fn try_to_look(app: &App, named: &Named) -> Result<Vec<Finding>, StoreError> {
    let mut tx = app.store.begin_read().await?;
    let project = projects::find_by_name(&mut tx, &named.project).await?;
    drop(tx);
    let Some(project) = project else {
        return Ok(vec![unknown_project(&named.project)]);
    };
    let customer = Customer {
        project: ProjectId::of(project.project_id),
        external_id: named.external_id.clone(),
    };
    let known = find(app, &customer).await?;
    Ok(match known {
        None => vec![unknown(&customer)],
        Some(known) => judge(app, &customer, &known).await,
    })
}

async fn judge(app: &App, customer: &Customer, known: &Known) -> Vec<Finding> {
    let state = grant(app, &known.connection);
    if let Err(dead) = state {
        return vec![dead];
    }
    match sites(app, customer).await {
        Ok(sites) => vec![lives(&known.connection), site(app, &known.site_id, &sites)],
        Err(finding) => vec![finding],
    }
}

struct Known {
    connection: Connection,
    site_id: String,
}

async fn find(app: &App, customer: &Customer) -> Result<Option<Known>, StoreError> {
    let mut tx = app.store.begin_read().await?;
    let Some(connection) = Connection::find(&mut tx, customer, NAME).await? else {
        return Ok(None);
    };
    let row = table::find(&mut tx, connection.id).await?;
    let site_id = row
        .ok_or_else(|| table::unreadable("connection_id", connection.id))?
        .jira_site_id;
    Ok(Some(Known {
        connection,
        site_id,
    }))
}

fn unknown_project(name: &str) -> Finding {
    let said = format!("there is no project {name:?}");
    Finding::bad(WHAT, said, "look at the spelling of --project")
}

fn unknown(customer: &Customer) -> Finding {
    let said = format!(
        "there is none under the external id {:?}",
        customer.external_id.as_str()
    );
    let advice = "look at the spelling, and at the environment: each deployment has its own";
    Finding::bad(WHAT, said, advice)
}

/// Whether the grant may still work, by what is stored.
fn grant(app: &App, connection: &Connection) -> Result<(), Finding> {
    let id = connection.id;
    if connection.is_invalid {
        let said = format!("{id}: Atlassian has refused its refresh token for good");
        return Err(Finding::bad(WHAT, said, CONNECT_AGAIN));
    }
    if connection.is_expired(app.clock.now()) {
        let said = format!("{id}: its grant has ended{}", on(connection.expires_at));
        return Err(Finding::bad(WHAT, said, CONNECT_AGAIN));
    }
    Ok(())
}

fn lives(connection: &Connection) -> Finding {
    let id = connection.id;
    let end = connection
        .expires_at
        .map(|end| format!("; its grant ends{}", on(Some(end))));
    let end = end.unwrap_or_default();
    Finding::good(WHAT, format!("{id} has a token that works{end}"))
}

fn on(day: Option<Timestamp>) -> String {
    day.map(|day| format!(" on {day}")).unwrap_or_default()
}

/// The sites that the grant opens, by a token that is refreshed if need be.
async fn sites(app: &App, customer: &Customer) -> Result<Vec<Resource>, Finding> {
    let token = match app.tokens.find(customer, NAME).await {
        Ok(Some(token)) => token,
        Ok(None) => return Err(unknown(customer)),
        Err(failure) => return Err(no_token(&failure)),
    };
    let sites = app.jira.client.accessible_resources(&token.text()).await;
    sites.map_err(|error| {
        let said = format!("Atlassian does not tell the sites of its grant: {error}");
        let advice = if error.is_unauthorized() {
            CONNECT_AGAIN
        } else {
            "try again"
        };
        Finding::bad(WHAT, said, advice)
    })
}

fn no_token(failure: &Failure) -> Finding {
    let advice = match failure {
        Failure::NeedsReauthorization => CONNECT_AGAIN,
        _ => "see what is said of the token host; then try again",
    };
    Finding::bad(
        WHAT,
        format!("there is no token that works: {failure}"),
        advice,
    )
}

/// The chosen site, and the configured scopes that the grant has not there.
fn site(app: &App, site_id: &str, sites: &[Resource]) -> Finding {
    const WHAT: &str = "site";
    let chosen: Vec<&Resource> = sites.iter().filter(|site| site.id == site_id).collect();
    let Some(first) = chosen.first() else {
        let said = format!("{site_id} is not open to the grant any more");
        return Finding::bad(WHAT, said, CONNECT_AGAIN);
    };
    let site = format!("{} ({})", first.name, first.url);
    let has = |scope: &&String| chosen.iter().any(|site| site.scopes.contains(*scope));
    let asked = app.provider(NAME.as_str()).map(Provider::default_scopes);
    let asked = asked.unwrap_or_default();
    // Of a site Atlassian lists Jira's scopes alone, not such as `offline_access` or `read:me`.
    let wanted = asked.iter().filter(|scope| is_jira_scope(scope));
    let missing: Vec<&str> = wanted
        .filter(|scope| !has(scope))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return Finding::good(WHAT, format!("{site} is open, with every configured scope"));
    }
    let said = format!("{site} is open, without {}", missing.join(" "));
    let advice = "add the scopes to the app in Atlassian's developer console, then the customer must \
        connect again; or take them out of DEFAULT_JIRA_SCOPES";
    Finding::doubtful(WHAT, said, advice)
}
