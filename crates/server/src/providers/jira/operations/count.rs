//! How many issues a query finds.

use futures_util::join;
use juncture_views::jira::found::Counted;

use crate::providers::jira::failure::{InvalidJql, OperationError};
use crate::providers::jira::jql::{Jql, Opinion};
use crate::providers::jira::site::JiraSite;

/// The scopes that it needs.
pub(crate) const SCOPES: &[&str] = &["read:jira-work"];

/// About how many issues a query finds.
pub(crate) async fn count(site: &JiraSite, jql: &Jql) -> Result<Counted, OperationError> {
    let counted = site.ask(SCOPES, {
        let (jira, viewer, jql) = (site.jira().clone(), site.viewer(), jql.clone());
        async move |site| {
            let counting = site.approximate_count(jql.as_str());
            let (count, opinion) = join!(counting, jql.opinion(&jira, viewer, site));
            if let Opinion::Wrong(why) = opinion {
                return Ok(Err(why));
            }
            let is_unsure = matches!(opinion, Opinion::Unknown);
            match count {
                Err(error) if error.is_invalid() => Ok(Err(InvalidJql::from(&error))),
                count => Ok(Ok((count?, is_unsure))),
            }
        }
    });
    let (count, is_unsure) = counted.await??;
    Ok(Counted {
        count,
        unchecked: is_unsure && count == 0,
    })
}
