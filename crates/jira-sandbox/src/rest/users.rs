//! People found and listed: searches, pickers and pages of users.
//!
//! A query finds people by the beginnings of the words of their names and addresses. An address that
//! its owner hides is found when it is typed in full ("Find users").

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::issues;
use super::projects::find_project;
use super::view::View;
use super::window::Window;
use crate::gateway::{
    Answered, Caller, Parameters, Refusal, Sentence, avatar, costly_answer, json_answer,
};
use crate::sandbox::State;
use crate::world::{Permission, Person, Project};

/// How many people the searches look at, however they are paged.
pub(super) const RANGE: usize = 1_000;

/// Refuses names of people from before accounts.
pub(super) fn must_be_gdpr(caller: &Caller, parameters: &Parameters) -> Result<(), Refusal> {
    let old = ["username", "key", "userKey"];
    match old.iter().find(|name| parameters.find(name).is_some()) {
        Some(name) => Err(caller.bad_request(&Sentence::NotInStrictMode((*name).to_owned()))),
        None => Ok(()),
    }
}

/// Whether the caller may see and choose people at all.
pub(super) fn browses_people(caller: &Caller, state: &State) -> bool {
    let site = &state.world.sites[caller.site];
    let people = &state.world.people;
    site.may_everywhere(people, caller.person, Permission::UserPicker)
}

/// Whether a query finds a person.
fn matches(person: &Person, query: &str) -> bool {
    let query = query.to_lowercase();
    let name = person.display_name.to_lowercase();
    let mut words = name.split_whitespace().chain([name.as_str()]);
    let email = person.email.to_lowercase();
    words.any(|word| word.starts_with(&query))
        || email == query
        || (person.shows_email && email.starts_with(&query))
}

/// What a search asks for.
pub(super) struct Asked<'a> {
    query: &'a str,
    account_id: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(super) fn read(parameters: &'a Parameters) -> Self {
        Self {
            query: parameters.find("query").unwrap_or_default(),
            account_id: parameters.find("accountId").filter(|id| !id.is_empty()),
        }
    }

    pub(super) fn finds(&self, person: &Person) -> bool {
        let is_meant = self.account_id.is_none_or(|id| id == person.account_id);
        is_meant && matches(person, self.query)
    }
}

pub(super) fn answer(caller: &Caller, state: &State, people: &[usize]) -> Response {
    let view = View::new(caller, state);
    let rows = people.iter().map(|index| view.person(*index));
    let body: Value = rows.collect();
    costly_answer(&body, 2 * people.len())
}

/// `GET user/search`: active people and apps, the search first and the page after it.
pub(super) async fn search(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    parameters.must_lack(&caller, &["property"])?;
    let window = Window::read(&parameters, 50, 1_000)?;
    let is_queried = parameters.find("query").is_some();
    let is_meant = parameters.find("accountId").is_some();
    if is_queried == is_meant {
        return Err(caller.bad_request(&Sentence::QueryOrAccount));
    }
    let state = caller.state();
    if !browses_people(&caller, &state) {
        return Ok(json_answer(&json!([])));
    }
    let asked = Asked::read(&parameters);
    let site = &state.world.sites[caller.site];
    let found: Vec<usize> = site
        .accounts()
        .filter(|index| {
            let person = &state.world.people[*index];
            person.is_active && asked.finds(person)
        })
        .take(RANGE)
        .collect();
    Ok(answer(&caller, &state, window.cut(&found)))
}

/// The people of a page that can have issues of all these projects. The page is cut first, so it may
/// be short, and empty before the end.
fn assignable(
    caller: &Caller,
    state: &State,
    parameters: &Parameters,
    projects: &[&Project],
) -> Result<Vec<usize>, Refusal> {
    let window = Window::read(parameters, 50, 1_000)?;
    let asked = Asked::read(parameters);
    let (world, site) = (&state.world, &state.world.sites[caller.site]);
    let range: Vec<usize> = site.accounts().take(RANGE).collect();
    let may =
        |person: usize, project, permission| site.may(&world.people, person, project, permission);
    let chooses = browses_people(caller, state)
        || projects
            .iter()
            .any(|project| may(caller.person, project, Permission::AssignIssues));
    let can = |person: usize| {
        projects
            .iter()
            .all(|project| may(person, project, Permission::AssignableUser))
    };
    let page = window.cut(&range).iter().copied();
    Ok(page
        .filter(|_| chooses)
        .filter(|index| site.members.contains(index) && can(*index))
        .filter(|index| {
            let person = &world.people[*index];
            person.is_active && asked.finds(person)
        })
        .collect())
}

/// `GET user/assignable/search`: the people who can have an issue, or the issues of a project.
pub(super) async fn search_assignable(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    let gaps = ["actionDescriptorId", "recommend", "accountType", "appType"];
    parameters.must_lack(&caller, &gaps)?;
    let state = caller.state();
    let issue = parameters.find("issueKey").or(parameters.find("issueId"));
    let project = match (issue, parameters.find("project")) {
        (Some(id_or_key), _) => issues::find(&caller, &state, id_or_key)?.1,
        (None, Some(id_or_key)) => find_project(&caller, &state, id_or_key)
            .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))?,
        (None, None) => return Err(caller.bad_request(&Sentence::MissingProjectOrIssue)),
    };
    let found = assignable(&caller, &state, &parameters, &[project])?;
    Ok(answer(&caller, &state, &found))
}

/// `GET user/assignable/multiProjectSearch`: the people who can have issues of all projects named.
pub(super) async fn search_assignable_everywhere(
    caller: Caller,
    parameters: Parameters,
) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    let keys = parameters.list("projectKeys");
    if keys.is_empty() {
        return Err(caller.bad_request(&Sentence::MissingProjectOrIssue));
    }
    let state = caller.state();
    let projects: Result<Vec<&Project>, Refusal> = keys
        .iter()
        .map(|key| {
            find_project(&caller, &state, key)
                .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))
        })
        .collect();
    let found = assignable(&caller, &state, &parameters, &projects?)?;
    Ok(answer(&caller, &state, &found))
}

/// `GET user/picker`: people for a menu. Who may not browse people finds whole names only.
pub(super) async fn pick(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    parameters.must_lack(&caller, &["exclude", "avatarSize", "excludeConnectUsers"])?;
    let shows_avatar = parameters.boolean("showAvatar")? == Some(true);
    let limit = Window::read(&parameters, 50, 1_000)?.limit;
    let excluded = parameters.list("excludeAccountIds");
    let query = parameters
        .find("query")
        .ok_or_else(|| caller.bad_request(&Sentence::QueryOrAccount))?;
    let state = caller.state();
    let browses = browses_people(&caller, &state);
    let people = state.world.sites[caller.site].accounts();
    let found: Vec<&Person> = people
        .map(|index| &state.world.people[index])
        .filter(|person| person.is_active && !excluded.contains(&person.account_id))
        .filter(|person| {
            let is_exact = person.display_name.eq_ignore_ascii_case(query);
            is_exact || (browses && matches(person, query))
        })
        .collect();
    let users: Vec<Value> = found
        .iter()
        .take(limit)
        .map(|person| picked(&caller, person, query, shows_avatar))
        .collect();
    let (shown, total) = (users.len(), found.len());
    Ok(costly_answer(
        &json!({
            "users": users,
            "total": total,
            "header": format!("Showing {shown} of {total} matching users"),
        }),
        2 * shown,
    ))
}

fn picked(caller: &Caller, person: &Person, query: &str, shows_avatar: bool) -> Value {
    let words = person.display_name.split(' ').map(|word| {
        let is_begun = word.to_lowercase().starts_with(&query.to_lowercase());
        match word.char_indices().nth(query.chars().count()) {
            _ if !is_begun || query.is_empty() => word.to_owned(),
            Some((end, _)) => format!("<strong>{}</strong>{}", &word[..end], &word[end..]),
            None => format!("<strong>{word}</strong>"),
        }
    });
    let mut body = json!({
        "accountId": person.account_id,
        "accountType": person.kind.word(),
        "displayName": person.display_name,
        "html": words.collect::<Vec<_>>().join(" "),
    });
    if shows_avatar {
        body["avatarUrl"] = avatar(&caller.origin, &person.display_name).into();
    }
    body
}

/// `GET user?accountId=…`: also an app, and somebody who has left.
pub(super) async fn show(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    let state = caller.state();
    let person = find_account(&caller, &state, &parameters)?;
    let body = View::new(&caller, &state).whole_person(person, &parameters.list("expand"));
    Ok(costly_answer(&body, 2))
}

/// The account of the site that `accountId` names, for those who may browse people.
pub(super) fn find_account(
    caller: &Caller,
    state: &State,
    parameters: &Parameters,
) -> Result<usize, Refusal> {
    must_be_gdpr(caller, parameters)?;
    if !browses_people(caller, state) {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotBrowsePeople));
    }
    let site = &state.world.sites[caller.site];
    parameters
        .find("accountId")
        .and_then(|account_id| state.world.find_person(account_id))
        .filter(|person| site.accounts().any(|known| known == *person))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))
}

/// `GET user/bulk`: those of the people named whom the site knows.
pub(super) async fn show_many(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    must_be_gdpr(&caller, &parameters)?;
    let window = Window::read(&parameters, 10, 200)?;
    let ids: Vec<&str> = parameters.all("accountId").collect();
    if ids.is_empty() {
        return Err(caller.bad_request(&Sentence::MissingAccounts));
    }
    let state = caller.state();
    let known = state.world.sites[caller.site].accounts();
    let found: Vec<usize> = known
        .filter(|index| ids.contains(&state.world.people[*index].account_id.as_str()))
        .collect();
    let view = View::new(&caller, &state);
    let page = window.cut(&found).iter();
    let values: Vec<Value> = page.map(|index| view.person(*index)).collect();
    let points = 2 * values.len();
    Ok(costly_answer(&window.bean(&values, found.len()), points))
}

/// `GET users/search`, and `GET users`: everybody, also those who left, and apps.
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    parameters.must_lack(&caller, &["expand"])?;
    let window = Window::read(&parameters, 50, 1_000)?;
    let state = caller.state();
    if !browses_people(&caller, &state) {
        return Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotBrowsePeople));
    }
    let all: Vec<usize> = state.world.sites[caller.site].accounts().collect();
    Ok(answer(&caller, &state, window.cut(&all)))
}
