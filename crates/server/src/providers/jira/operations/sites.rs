//! The choice of a site: Atlassian's grants show a user's other sites too, so the customer says
//! which one this connection is for.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use juncture_jira::Client;
use juncture_jira::oauth::is_jira_scope;
use secrecy::SecretString;

use crate::failure::Failure;
use crate::provider::{Choice, Part};
use crate::providers::jira::failure::failure;

/// The scopes without which there is no site to choose.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// The Jira sites of a grant: each once, though Atlassian lists a site once for each product.
pub(crate) async fn list(client: &Client, token: &SecretString) -> Result<Vec<Choice>, Failure> {
    let resources = client.accessible_resources(token).await;
    let resources = resources.map_err(|error| failure(error, SCOPES))?;
    let mut sites: Vec<Choice> = Vec::new();
    let mut known = HashSet::new();
    for resource in resources {
        let is_jira = resource.scopes.iter().any(|scope| is_jira_scope(scope));
        if is_jira && known.insert(resource.id.clone()) {
            sites.push(Choice {
                id: resource.id,
                name: resource.name,
                url: Some(resource.url),
                avatar_url: resource.avatar_url,
            });
        }
    }
    // Atlassian's order is unspecified.
    sites.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    Ok(sites)
}

/// The projects of a site that a grant opens, by key.
pub(crate) async fn projects(
    client: &Client,
    token: &SecretString,
    site: &str,
) -> Result<Vec<Part>, Failure> {
    let projects = client.site(site, token).projects().try_concat().await;
    let projects = projects.map_err(|error| failure(error, SCOPES))?;
    let parts = projects.into_iter().map(|project| Part {
        id: project.id,
        key: project.key,
        name: project.name,
    });
    Ok(parts.collect())
}
