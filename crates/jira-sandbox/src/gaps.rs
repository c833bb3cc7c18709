//! The page of everything that the sandbox does not simulate, made from what it does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::jql::gaps::{FIELDS, FUNCTIONS};
use crate::rest::{Operation, SERVICE_DESK, unserved};

/// Everything that Atlassian documents and the sandbox does not simulate, as a page of Markdown.
/// Nothing of it is answered as if it were not there: operations and expansions are 501, and JQL is
/// 400, each with a sentence that names it.
pub async fn gaps() -> String {
    let unserved = unserved().await;
    let all = Operation::all().count();
    let served = all - unserved.len();
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in &unserved {
        paths
            .entry(operation.path)
            .or_default()
            .push(operation.method);
    }
    let mut page = format!(
        "# What the simulated Jira leaves out\n\n\
         `juncture sandbox --gaps` prints this page from the code. Nothing of it is answered as if it were not there:\n\
         operations are 501 and JQL is 400, each with a sentence that names it. [SANDBOX.md](SANDBOX.md) tells the rest.\n\n\
         ## JQL\n\n\
         Fields, in restrictions and in `ORDER BY`:\n{}\n\n\
         Functions:\n{}\n\n\
         Behind `~`: all but words, words that end in `*`, and phrases in quotation marks.\n\n\
         ## Expansions\n\n\
         `expand` of issues:\n{}\n\n\
         `expand` of projects:\n{}\n\n\
         ## Writes\n\n\
         `historyMetadata` in the body of a write.\n\n\
         ## Webhooks\n\n\
         - Webhooks of administrators (`/rest/webhooks/1.0`), of Connect and of Forge apps, with their events and signatures.\n\
         - `issue.property` in a filter, which is an item error with its name.\n\
         - HTTPS: the sandbox sends plain HTTP to this machine, and to hosts that its options name, and notes of all others\n\
         \x20 that it does not.\n\
         - `jira:version_merged`, `bulkOperationMetaData`, and issue events for links, attachments, work logged, votes and\n\
         \x20 watchers, since nothing here makes any.\n\
         - The kinds `issue_resolved`, `issue_closed`, `issue_reopened` and `issue_work_started`: a transition is\n\
         \x20 `issue_generic`. A comment on the screen of a transition has an event of its own.\n\
         - An index that lags behind changes: the switch `search_lag_seconds` is about new issues alone.\n\n\
         ## Operations\n\n\
         Jira Service Management is left out as a whole: `{SERVICE_DESK}…`.\n\
         Atlassian documents {all} operations; {served} are served. These are not, under `/rest/api/2` and\n\
         `/rest/api/latest` no more than here:\n\n\
         | path | methods |\n| --- | --- |\n",
        listed(&FIELDS),
        listed(&FUNCTIONS),
        listed(&crate::rest::ISSUE_EXPANSIONS),
        listed(&crate::rest::PROJECT_EXPANSIONS),
    );
    for (path, methods) in paths {
        let methods = methods.join(", ");
        writeln!(page, "| `{path}` | {methods} |").expect("a text takes all that is written");
    }
    page
}

/// Names between commas, in lines that fit a page.
fn listed(names: &[&str]) -> String {
    let mut lines = vec![String::new()];
    for name in names {
        let last = lines.last_mut().expect("there is always a line under way");
        if last.len() + name.len() > 110 {
            lines.push(format!("`{name}`,"));
        } else {
            let gap = if last.is_empty() { "" } else { " " };
            write!(last, "{gap}`{name}`,").expect("a text takes all that is written");
        }
    }
    let text = lines.join("\n");
    format!("{}.", text.trim_end_matches(','))
}
