//! One page of the issues that a query finds.

use futures_util::join;
use juncture_jira::{Error as JiraError, Issue, Site};
use juncture_views::jira::found::Found;

use super::asked::{SCOPES, Search};
use super::cursor::Cursor;
use super::whole::count;
use crate::foreign;
use crate::providers::jira::Jira;
use crate::providers::jira::failure::{InvalidJql, OperationError};
use crate::providers::jira::fields::Fields;
use crate::providers::jira::jql::Opinion;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::tickets::{
    TICKET_FIELDS, described_with, fields_with, tickets_with,
};
use crate::providers::jira::viewer::Viewer;
use crate::providers::jira::wanted::Shown;

/// As many issues as a page may hold: two of Jira's.
pub(crate) const MOST_ON_A_PAGE: usize = 200;

/// How many of Jira's pages one of ours may take: Jira's may be short, or empty, where the user may not
/// see what the index has found.
const MOST_CALLS: usize = 10;

/// One of our pages, as it was read.
struct Page {
    issues: Vec<Issue>,
    shown: Shown,
    total: Option<u64>,
    /// Jira's token of what follows.
    next: Option<String>,
    /// Whether Jira's parser was silent about the query.
    is_unsure: bool,
}

/// A page of at most so many issues: the first one, or the one that a cursor leads to.
pub(crate) async fn page(
    site: &JiraSite,
    search: &Search,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Found, OperationError> {
    let (jira, viewer) = (site.jira(), site.viewer());
    let sealer = &jira.tokens.sealer;
    let open = |text| Cursor::open(sealer, viewer, search, text, jira.now());
    let cursor = cursor.map(open).transpose()?;
    let read = site.ask_for_list(SCOPES, {
        let (jira, search) = (jira.clone(), search.clone());
        async move |site| match &cursor {
            None => first(&jira, viewer, site, &search, limit).await,
            Some(cursor) => next(&jira, viewer, site, &search, limit, cursor).await,
        }
    });
    let page = read.await??;
    let next_cursor = page.next.map(|token| {
        let cursor = Cursor {
            token,
            asked: page.shown.asked().to_vec(),
            total: page.total,
            given_at: jira.now(),
        };
        cursor.seal(sealer, viewer, search)
    });
    let unchecked = page.is_unsure && page.issues.is_empty();
    let bytes = described_with(&page.shown, &page.issues);
    let shown = foreign::convert(bytes, move || tickets_with(&page.shown, page.issues));
    let (issues, custom_field_names) = shown.await;
    Ok(Found {
        issues,
        total: page.total,
        next_cursor,
        custom_field_names,
        unchecked,
    })
}

async fn first(
    jira: &Jira,
    viewer: Viewer,
    site: Site<'_>,
    search: &Search,
    limit: usize,
) -> Result<Result<Page, OperationError>, JiraError> {
    let own = &TICKET_FIELDS;
    let shown = Shown::on(jira, viewer, site, &search.wanted, own).await?;
    let shown = match shown {
        Ok(shown) => shown,
        Err(unknown) => return Ok(Err(OperationError::UnknownFields(unknown))),
    };
    let reading = read(site, search, &shown, limit, None);
    let (found, opinion) = join!(reading, search.jql.opinion(jira, viewer, site));
    let (issues, next) = match (found, &opinion) {
        (_, Opinion::Wrong(_)) => (Vec::new(), None),
        (Err(error), _) if error.is_invalid() => return Ok(Err(InvalidJql::from(&error).into())),
        (found, _) => found?,
    };
    let is_unsure = match opinion {
        Opinion::Wrong(why) => return Ok(Err(why.into())),
        Opinion::Good => false,
        Opinion::Unknown => true,
    };
    let total = match next {
        None => Some(issues.len() as u64),
        Some(_) => count(jira, site, &search.jql).await,
    };
    Ok(Ok(Page {
        issues,
        shown,
        total,
        next,
        is_unsure,
    }))
}

async fn next(
    jira: &Jira,
    viewer: Viewer,
    site: Site<'_>,
    search: &Search,
    limit: usize,
    cursor: &Cursor,
) -> Result<Result<Page, OperationError>, JiraError> {
    let fields = match cursor.asked[..] {
        [] => Fields::default(),
        _ => Fields::known(jira, viewer, site).await?,
    };
    let shown = Shown::of(cursor.asked.clone(), &fields, &TICKET_FIELDS);
    let found = read(site, search, &shown, limit, Some(cursor.token.clone())).await;
    let (issues, next) = match found {
        // Jira says in one breath that a query is wrong and that a token is old: its parser tells.
        Err(error) if error.is_invalid() => {
            let opinion = search.jql.opinion(jira, viewer, site).await;
            return Ok(Err(match opinion {
                Opinion::Wrong(why) => why.into(),
                Opinion::Good | Opinion::Unknown => OperationError::InvalidCursor,
            }));
        }
        found => found?,
    };
    let total = match cursor.total {
        None => count(jira, site, &search.jql).await,
        total => total,
    };
    Ok(Ok(Page {
        issues,
        shown,
        total,
        next,
        is_unsure: false,
    }))
}

/// Reads until the page is full or the list has ended, and says where it goes on.
async fn read(
    site: Site<'_>,
    search: &Search,
    shown: &Shown,
    limit: usize,
    mut token: Option<String>,
) -> Result<(Vec<Issue>, Option<String>), JiraError> {
    let fields = fields_with(shown);
    let mut issues: Vec<Issue> = Vec::new();
    for _ in 0..MOST_CALLS {
        let left = limit - issues.len();
        let jql = search.jql.as_str();
        let page = site
            .search_page(jql, &fields, left, token.as_deref())
            .await?;
        issues.extend(page.issues);
        token = page.next;
        if token.is_none() || issues.len() >= limit {
            break;
        }
    }
    Ok((issues, token))
}
