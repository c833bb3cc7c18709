//! Every sentence Jira says, in the languages it says it.
//!
//! Jira writes its errors in the language of the token owner's profile, so a client that reads
//! them must ask for English (REST v3, "Special headers").

mod comment;
mod field;
mod history;
mod jql;
mod membership;
mod property;
mod syntax;
mod webhook;
mod workflow;

use crate::world::Language;

pub(crate) use comment::CommentSentence;
pub(crate) use field::FieldSentence;
pub(crate) use history::HistorySentence;
pub(crate) use jql::JqlSentence;
pub(crate) use membership::MembershipSentence;
pub(crate) use property::PropertySentence;
pub(crate) use syntax::{Syntax, Unfinished};
pub(crate) use webhook::WebhookSentence;
pub(crate) use workflow::WorkflowSentence;

/// Something Jira says to its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sentence {
    /// `search` and its likes without a restriction.
    UnboundedJql,
    BadPageToken,
    TooManyToReconcile,
    BadMaxResults,
    EmptyBody,
    BadJson,
    BadPayload,
    RemovedSearch,
    BadOrderBy(String),
    NoProjectWithKey(String),
    NoProjectWithId(String),
    NoSuchIssue,
    TooManyToFetch(usize),
    NoSuchThing,
    /// A JQL syntax error, with where it is.
    Syntax(Syntax, usize, usize),
    /// A JQL syntax error at the end of the query.
    Unfinished(Unfinished),
    TooManySorts,
    UnknownField(String),
    UnknownValue {
        value: String,
        field: String,
    },
    UnknownId {
        id: String,
        field: String,
    },
    UnknownIssue {
        key: String,
        field: String,
    },
    UnknownFunction(String),
    /// An argument that names nothing.
    UnresolvedArgument {
        function: String,
        argument: String,
    },
    /// A function with too many or too few arguments.
    ArgumentCount {
        function: String,
        /// As Jira quotes it: `'0'`, or `between '0' and '1'`.
        expected: &'static str,
        received: usize,
    },
    /// A function of dates whose argument is no increment.
    BadIncrement(String),
    /// A list after an operator that takes one value.
    ListValue {
        operator: String,
        value: String,
        field: String,
    },
    /// One value after an operator that takes a list.
    NonListValue {
        operator: String,
        value: String,
        field: String,
    },
    BadDate {
        value: String,
        field: String,
    },
    BadOperator {
        operator: String,
        field: String,
    },
    NotSimulated(String),
    NoSuchBoard,
    NoSuchSprint,
    NoSprintsHere,
    BrokenBoard,
    RemovedList,
    NoCreatePayload,
    /// More issues than this in one call.
    TooManyToCreate(usize),
    /// The key of an issue with subtasks.
    HasSubtasks(String),
    MayNotListFields,
    OnlyCustomFields,
    /// A page longer than this.
    LongPage(i64),
    /// A parameter from before accounts.
    NotInStrictMode(String),
    QueryOrAccount,
    MissingAccounts,
    MayNotBrowsePeople,
    MissingPermissions,
    OnlyAdministrators,
    /// A field by which a list is not ordered.
    BadSort(String),
    MayNotSeeContexts,
    MayNotSeeOptions,
    NoSuchField,
    NoOptions,
    MayNotEdit,
    MayNotDelete,
    MayNotAssign,
    MayNotSuppressMail,
    BadTransition(String),
    MissingTransition,
    InvalidInput,
    NoFields,
    MissingProjectOrIssue,
    NoSuchIssueType,
    Comment(CommentSentence),
    Membership(MembershipSentence),
    History(HistorySentence),
    Jql(JqlSentence),
    Property(PropertySentence),
    Webhook(WebhookSentence),
    Workflow(WorkflowSentence),
}

impl Sentence {
    /// The sentence in a language.
    pub(crate) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    /// The sentence without the words that introduce mistakes in values, as "Parse JQL query" has it.
    pub(crate) fn say_bare(&self, language: Language) -> String {
        let sentence = self.say(language);
        let introductions = ["Error in JQL Query: ", "JQL 쿼리 오류: "];
        let bare = introductions
            .iter()
            .find_map(|words| sentence.strip_prefix(words));
        bare.map(str::to_owned).unwrap_or(sentence)
    }

    fn in_english(&self) -> String {
        match self {
            Self::UnboundedJql => "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.".to_owned(),
            Self::BadPageToken => "The provided next page token is invalid or expired.".to_owned(),
            Self::TooManyToReconcile => "The max number of issues to reconcile is 50.".to_owned(),
            Self::BadMaxResults => "The max results parameter has to be between 1 and 5,000.".to_owned(),
            Self::EmptyBody => "No content to map to Object due to end of input".to_owned(),
            Self::BadJson => "There was an error parsing JSON. Check that your request body is valid.".to_owned(),
            Self::BadPayload => "Invalid request payload. Refer to the REST API documentation and try again.".to_owned(),
            Self::RemovedSearch => "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046".to_owned(),
            Self::BadOrderBy(field) => format!("The field to order by should be one of [name, key, owner, category, issueCount, lastIssueUpdatedTime, archivedDate, deletedDate]. Instead, it was: {field}."),
            Self::NoProjectWithKey(key) => format!("No project could be found with key '{key}'."),
            Self::NoProjectWithId(id) => format!("No project could be found with id '{id}'."),
            Self::NoSuchIssue => "Issue does not exist or you do not have permission to see it.".to_owned(),
            Self::TooManyToFetch(limit) => format!("The number of issues to fetch must not be more than {limit}."),
            Self::NoSuchThing => "The requested resource does not exist or you do not have permission to see it.".to_owned(),
            Self::Syntax(syntax, line, character) => {
                let what = syntax.in_english();
                format!("Error in the JQL Query: {what} (line {line}, character {character})")
            }
            Self::Unfinished(unfinished) => {
                let what = unfinished.in_english();
                format!("Error in the JQL Query: {what}")
            }
            Self::TooManySorts => "JQL can be ordered by at most 7 fields.".to_owned(),
            Self::UnknownField(field) => format!("Field '{field}' does not exist or you do not have permission to view it."),
            // Mistakes in values are introduced without the article that mistakes of syntax have.
            Self::UnknownValue { value, field } => format!("Error in JQL Query: The value '{value}' does not exist for the field '{field}'."),
            Self::UnknownId { id, field } => format!("Error in JQL Query: A value with ID '{id}' does not exist for the field '{field}'."),
            Self::UnknownIssue { key, field } => format!("Error in JQL Query: An issue with key '{key}' does not exist for field '{field}'."),
            Self::UnknownFunction(name) => format!("Unable to find JQL function '{name}()'."),
            Self::UnresolvedArgument { function, argument } => format!("Could not resolve the argument '{argument}' provided to function '{function}'."),
            Self::ArgumentCount { function, expected, received } => format!("Function '{function}' expected {expected} arguments but received '{received}'."),
            Self::BadIncrement(function) => format!("Duration for function '{function}' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier."),
            Self::ListValue { operator, value, field } => format!("Operator '{operator}' does not support the list value '{value}' for field '{field}'."),
            Self::NonListValue { operator, value, field } => format!("Operator '{operator}' does not support the non-list value '{value}' for field '{field}'."),
            Self::BadDate { value, field } => format!("Error in JQL Query: Date value '{value}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."),
            Self::BadOperator { operator, field } => format!("The operator '{operator}' is not supported by the '{field}' field."),
            Self::NotSimulated(what) => format!("The sandbox does not simulate {what}."),
            Self::NoSuchBoard => "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.".to_owned(),
            Self::NoSuchSprint => "Sprint does not exist.".to_owned(),
            Self::NoSprintsHere => "The board does not support sprints".to_owned(),
            Self::BrokenBoard => "This board has no columns with a mapped status.".to_owned(),
            Self::RemovedList => "The requested API has been removed. Please migrate to the /rest/software/1.0 API.".to_owned(),
            Self::TooManyToCreate(limit) => format!("The number of issues to create must not be more than {limit}."),
            Self::NoCreatePayload => "No Issue Create payload supplied".to_owned(),
            // With two spaces, as Jira has it.
            Self::HasSubtasks(key) => format!("The issue '{key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."),
            Self::MayNotListFields => "Only Jira administrators can access fields.".to_owned(),
            Self::OnlyCustomFields => "Only custom fields can be queried.".to_owned(),
            Self::LongPage(limit) => format!("Parameter 'maxResults' must not exceed the limit '{limit}'"),
            Self::NotInStrictMode(name) => format!("The query parameter '{name}' is not supported in GDPR strict mode."),
            Self::QueryOrAccount => "Either 'query' or 'accountId' must be provided, and not both.".to_owned(),
            Self::MissingAccounts => "The 'accountId' query parameter must be provided.".to_owned(),
            Self::MayNotBrowsePeople => "You do not have permission to browse users and groups.".to_owned(),
            Self::MissingPermissions => "The 'permissions' query parameter is required.".to_owned(),
            Self::OnlyAdministrators => "Only Jira administrators can perform this operation.".to_owned(),
            Self::BadSort(field) => format!("The field to order by is not supported: {field}."),
            Self::MayNotSeeContexts => "Only Jira administrators can access custom field contexts.".to_owned(),
            Self::MayNotSeeOptions => "Only Jira administrators can manage custom field options.".to_owned(),
            Self::NoSuchField => "The custom field was not found.".to_owned(),
            Self::NoOptions => "The custom field doesn't support options.".to_owned(),
            Self::MayNotEdit => "You do not have permission to edit issues in this project.".to_owned(),
            Self::MayNotDelete => "You do not have permission to delete issues in this project.".to_owned(),
            Self::MayNotAssign => "You do not have permission to assign issues.".to_owned(),
            Self::MayNotSuppressMail => "To discard the user notification either admin or project admin permissions are required.".to_owned(),
            Self::BadTransition(id) => format!("Transition id '{id}' is not valid for this issue."),
            Self::MissingTransition => "Missing 'transition' identifier".to_owned(),
            Self::InvalidInput => "INVALID_INPUT".to_owned(),
            Self::NoFields => "one of 'fields' or 'update' required".to_owned(),
            Self::MissingProjectOrIssue => "A project, an issue key or an issue id must be provided.".to_owned(),
            Self::NoSuchIssueType => "The issue type does not exist in this project.".to_owned(),
            Self::Comment(sentence) => sentence.say(Language::English),
            Self::Membership(sentence) => sentence.say(Language::English),
            Self::History(sentence) => sentence.say(Language::English),
            Self::Jql(sentence) => sentence.say(Language::English),
            Self::Property(sentence) => sentence.say(Language::English),
            Self::Webhook(sentence) => sentence.say(Language::English),
            Self::Workflow(sentence) => sentence.say(Language::English),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::UnboundedJql => "여기서는 무제한 JQL 쿼리를 사용할 수 없습니다. 쿼리에 검색 제한을 추가하세요.".to_owned(),
            Self::BadPageToken => "제공된 다음 페이지 토큰이 잘못되었거나 만료되었습니다.".to_owned(),
            Self::TooManyToReconcile => "조정할 수 있는 최대 이슈 수는 50개입니다.".to_owned(),
            Self::BadMaxResults => "최대 결과 매개변수는 1에서 5,000 사이여야 합니다.".to_owned(),
            Self::EmptyBody => "입력이 끝나 개체에 매핑할 내용이 없습니다.".to_owned(),
            Self::BadJson => "JSON을 구문 분석하는 중 오류가 발생했습니다. 요청 본문이 올바른지 확인하세요.".to_owned(),
            Self::BadPayload => "요청 페이로드가 잘못되었습니다. REST API 문서를 참조하여 다시 시도하세요.".to_owned(),
            Self::RemovedSearch => "요청한 API가 제거되었습니다. /rest/api/3/search/jql API로 마이그레이션하세요. 전체 안내: https://developer.atlassian.com/changelog/#CHANGE-2046".to_owned(),
            Self::BadOrderBy(field) => format!("정렬 기준 필드는 [name, key, owner, category, issueCount, lastIssueUpdatedTime, archivedDate, deletedDate] 중 하나여야 합니다. 입력값: {field}."),
            Self::NoProjectWithKey(key) => format!("키가 '{key}'인 프로젝트를 찾을 수 없습니다."),
            Self::NoProjectWithId(id) => format!("ID가 '{id}'인 프로젝트를 찾을 수 없습니다."),
            Self::NoSuchIssue => "이슈가 존재하지 않거나 이슈를 볼 권한이 없습니다.".to_owned(),
            Self::TooManyToFetch(limit) => format!("가져올 이슈의 수는 {limit}개를 넘을 수 없습니다."),
            Self::NoSuchThing => "요청한 리소스가 존재하지 않거나 볼 권한이 없습니다.".to_owned(),
            Self::Syntax(syntax, line, character) => {
                let what = syntax.in_korean();
                format!("JQL 쿼리에 오류가 있습니다: {what} ({line}행, {character}번째 문자)")
            }
            Self::Unfinished(unfinished) => {
                let what = unfinished.in_korean();
                format!("JQL 쿼리에 오류가 있습니다: {what}")
            }
            Self::TooManySorts => "JQL은 최대 7개 필드로 정렬할 수 있습니다.".to_owned(),
            Self::UnknownField(field) => format!("'{field}' 필드가 존재하지 않거나 볼 권한이 없습니다."),
            Self::UnknownValue { value, field } => format!("JQL 쿼리 오류: '{field}' 필드에 '{value}' 값이 존재하지 않습니다."),
            Self::UnknownId { id, field } => format!("JQL 쿼리 오류: '{field}' 필드에 ID가 '{id}'인 값이 존재하지 않습니다."),
            Self::UnknownIssue { key, field } => format!("JQL 쿼리 오류: '{field}' 필드에 키가 '{key}'인 이슈가 존재하지 않습니다."),
            Self::UnknownFunction(name) => format!("JQL 함수 '{name}()'을(를) 찾을 수 없습니다."),
            Self::UnresolvedArgument { function, argument } => format!("'{function}' 함수에 지정한 인수 '{argument}'을(를) 확인할 수 없습니다."),
            Self::ArgumentCount { function, expected, received } => format!("'{function}' 함수에는 {expected}개의 인수가 필요하지만 '{received}'개를 받았습니다."),
            Self::BadIncrement(function) => format!("'{function}' 함수의 기간은 (+/-)n(yMwdhm) 형식이어야 합니다(예: 1개월 전은 -1M)."),
            Self::ListValue { operator, value, field } => format!("'{operator}' 연산자는 '{field}' 필드의 목록 값 '{value}'을(를) 지원하지 않습니다."),
            Self::NonListValue { operator, value, field } => format!("'{operator}' 연산자는 '{field}' 필드의 목록이 아닌 값 '{value}'을(를) 지원하지 않습니다."),
            Self::BadDate { value, field } => format!("JQL 쿼리 오류: '{field}' 필드의 날짜 값 '{value}'이(가) 잘못되었습니다."),
            Self::BadOperator { operator, field } => format!("'{field}' 필드는 '{operator}' 연산자를 지원하지 않습니다."),
            Self::NotSimulated(what) => format!("샌드박스에서 지원하지 않습니다: {what}."),
            Self::NoSuchBoard => "요청한 보드가 존재하지 않거나 볼 권한이 없어 볼 수 없습니다.".to_owned(),
            Self::NoSuchSprint => "스프린트가 존재하지 않습니다.".to_owned(),
            Self::NoSprintsHere => "이 보드는 스프린트를 지원하지 않습니다".to_owned(),
            Self::BrokenBoard => "이 보드에는 상태가 매핑된 열이 없습니다.".to_owned(),
            Self::RemovedList => "요청한 API가 제거되었습니다. /rest/software/1.0 API로 마이그레이션하세요.".to_owned(),
            Self::TooManyToCreate(limit) => format!("만들 이슈의 수는 {limit}개를 넘을 수 없습니다."),
            Self::NoCreatePayload => "이슈 만들기 페이로드가 제공되지 않았습니다".to_owned(),
            Self::HasSubtasks(key) => format!("'{key}' 이슈에 하위 작업이 있습니다.  이 이슈와 모든 하위 작업을 삭제하려면 'deleteSubtasks' 매개변수를 지정해야 합니다."),
            Self::MayNotListFields => "Jira 관리자만 필드에 접근할 수 있습니다.".to_owned(),
            Self::OnlyCustomFields => "사용자 지정 필드만 쿼리할 수 있습니다.".to_owned(),
            Self::LongPage(limit) => format!("매개변수 'maxResults'는 제한 '{limit}'을(를) 초과할 수 없습니다"),
            Self::NotInStrictMode(name) => format!("쿼리 매개변수 '{name}'은(는) GDPR 엄격 모드에서 지원되지 않습니다."),
            Self::QueryOrAccount => "'query'와 'accountId' 중 하나만 제공해야 합니다.".to_owned(),
            Self::MissingAccounts => "쿼리 매개변수 'accountId'를 제공해야 합니다.".to_owned(),
            Self::MayNotBrowsePeople => "사용자 및 그룹을 찾아볼 권한이 없습니다.".to_owned(),
            Self::MissingPermissions => "쿼리 매개변수 'permissions'가 필요합니다.".to_owned(),
            Self::OnlyAdministrators => "Jira 관리자만 이 작업을 수행할 수 있습니다.".to_owned(),
            Self::BadSort(field) => format!("정렬할 수 없는 필드입니다: {field}."),
            Self::MayNotSeeContexts => "Jira 관리자만 사용자 지정 필드 컨텍스트에 접근할 수 있습니다.".to_owned(),
            Self::MayNotSeeOptions => "Jira 관리자만 사용자 지정 필드 옵션을 관리할 수 있습니다.".to_owned(),
            Self::NoSuchField => "사용자 지정 필드를 찾을 수 없습니다.".to_owned(),
            Self::NoOptions => "이 사용자 지정 필드는 옵션을 지원하지 않습니다.".to_owned(),
            Self::MayNotEdit => "이 프로젝트의 이슈를 편집할 권한이 없습니다.".to_owned(),
            Self::MayNotDelete => "이 프로젝트의 이슈를 삭제할 권한이 없습니다.".to_owned(),
            Self::MayNotAssign => "이슈를 할당할 권한이 없습니다.".to_owned(),
            Self::MayNotSuppressMail => "사용자 알림을 취소하려면 관리자 또는 프로젝트 관리자 권한이 필요합니다.".to_owned(),
            Self::BadTransition(id) => format!("전환 ID '{id}'은(는) 이 이슈에 유효하지 않습니다."),
            Self::MissingTransition => "'transition' 식별자가 없습니다".to_owned(),
            Self::InvalidInput => "INVALID_INPUT".to_owned(),
            Self::NoFields => "'fields' 또는 'update' 중 하나가 필요합니다".to_owned(),
            Self::MissingProjectOrIssue => "프로젝트, 이슈 키 또는 이슈 ID를 제공해야 합니다.".to_owned(),
            Self::NoSuchIssueType => "이 프로젝트에 해당 이슈 유형이 없습니다.".to_owned(),
            Self::Comment(sentence) => sentence.say(Language::Korean),
            Self::Membership(sentence) => sentence.say(Language::Korean),
            Self::History(sentence) => sentence.say(Language::Korean),
            Self::Jql(sentence) => sentence.say(Language::Korean),
            Self::Property(sentence) => sentence.say(Language::Korean),
            Self::Webhook(sentence) => sentence.say(Language::Korean),
            Self::Workflow(sentence) => sentence.say(Language::Korean),
        }
    }
}
