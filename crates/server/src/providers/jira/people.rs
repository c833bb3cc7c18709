//! People who are named by their e-mail addresses, which Jira does not take.

use std::collections::{BTreeMap, BTreeSet};

use juncture_jira::Site;

use super::failure::CallError;
use super::site::JiraSite;

/// The scopes that the look needs.
const SCOPES: &[&str] = &["read:jira-user"];

/// Finds the accounts with these addresses. One that nobody has, or that more than one account seems to
/// have, is noted as nobody's.
pub(super) async fn look_up(
    site: &JiraSite,
    addresses: BTreeSet<String>,
    accounts: &mut BTreeMap<String, Option<String>>,
) -> Result<(), CallError> {
    for address in addresses {
        let found = site.ask(SCOPES, {
            let address = address.clone();
            async move |site: Site<'_>| site.search_users(&address, 2).await
        });
        let mut found = found.await?;
        // Most hide their addresses: then the one who was found is the one who is meant.
        let has =
            |shown: Option<&str>| shown.is_none_or(|shown| shown.eq_ignore_ascii_case(&address));
        found.retain(|user| has(user.email_address.as_deref()));
        let account = match &found[..] {
            [only] => Some(only.account_id.clone()),
            _ => None,
        };
        accounts.insert(address, account);
    }
    Ok(())
}
