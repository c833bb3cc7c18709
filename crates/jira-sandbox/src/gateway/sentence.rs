//! Every sentence Jira says, in the languages it says it.
//!
//! Jira writes its errors in the language of the token owner's profile, so a client that reads
//! them must ask for English (REST v3, "Special headers").

use crate::world::Language;

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
    BadDate {
        value: String,
        field: String,
    },
    BadOperator {
        operator: String,
        field: String,
    },
    BadSort(String),
    NotSimulated(String),
}

/// What is wrong with a JQL query at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Syntax {
    UnclosedString(String),
    ReservedWord(String),
    ReservedCharacter(char),
    BadEscape(String),
    ExpectedOrAnd(String),
    ExpectedField(String),
    ExpectedOperator(String),
    ExpectedValue(String),
    ExpectedList(String),
    ExpectedClosing(String),
    ExpectedBy(String),
    ExpectedEmpty(String),
}

/// What a JQL query lacks at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    Field,
    Operator,
    Value,
    Closing,
    By,
}

const OPERATORS: &str =
    "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'";

impl Sentence {
    /// The sentence in a language.
    pub(crate) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
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
            Self::UnknownValue { value, field } => format!("The value '{value}' does not exist for the field '{field}'."),
            Self::UnknownId { id, field } => format!("A value with ID '{id}' does not exist for the field '{field}'."),
            Self::UnknownIssue { key, field } => format!("An issue with key '{key}' does not exist for field '{field}'."),
            Self::UnknownFunction(name) => format!("Unable to find JQL function '{name}()'."),
            Self::BadDate { value, field } => format!("Date value '{value}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."),
            Self::BadOperator { operator, field } => format!("The operator '{operator}' is not supported by the '{field}' field."),
            Self::BadSort(field) => format!("Not able to sort using field '{field}'."),
            Self::NotSimulated(what) => format!("The sandbox does not simulate {what}."),
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
            Self::UnknownValue { value, field } => format!("'{field}' 필드에 '{value}' 값이 존재하지 않습니다."),
            Self::UnknownId { id, field } => format!("'{field}' 필드에 ID가 '{id}'인 값이 존재하지 않습니다."),
            Self::UnknownIssue { key, field } => format!("'{field}' 필드에 키가 '{key}'인 이슈가 존재하지 않습니다."),
            Self::UnknownFunction(name) => format!("JQL 함수 '{name}()'을(를) 찾을 수 없습니다."),
            Self::BadDate { value, field } => format!("'{field}' 필드의 날짜 값 '{value}'이(가) 잘못되었습니다."),
            Self::BadOperator { operator, field } => format!("'{field}' 필드는 '{operator}' 연산자를 지원하지 않습니다."),
            Self::BadSort(field) => format!("'{field}' 필드로 정렬할 수 없습니다."),
            Self::NotSimulated(what) => format!("샌드박스에서 지원하지 않습니다: {what}."),
        }
    }
}

impl Syntax {
    fn in_english(&self) -> String {
        match self {
            Self::UnclosedString(text) => {
                format!("The quoted string '{text}' has not been completed.")
            }
            Self::ReservedWord(word) => format!(
                "'{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
            ),
            Self::ReservedCharacter(character) => {
                let code = u32::from(*character);
                format!(
                    "The character '{character}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{code:04x}' instead."
                )
            }
            Self::BadEscape(escape) => format!(
                "'{escape}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX."
            ),
            Self::ExpectedOrAnd(found) => {
                format!("Expecting either 'OR' or 'AND' but got '{found}'.")
            }
            Self::ExpectedField(found) => format!(
                "Expecting a field name but got '{found}'. You must surround '{found}' in quotation marks to use it as a field name."
            ),
            Self::ExpectedOperator(found) => format!(
                "Expecting operator but got '{found}'. The valid operators are {OPERATORS}."
            ),
            Self::ExpectedValue(found) => format!(
                "Expecting either a value, list or function but got '{found}'. You must surround '{found}' in quotation marks to use it as a value."
            ),
            Self::ExpectedList(found) => format!("Expecting a list or function but got '{found}'."),
            Self::ExpectedClosing(found) => format!("Expecting ')' but got '{found}'."),
            Self::ExpectedBy(found) => format!("Expecting 'by' but got '{found}'."),
            Self::ExpectedEmpty(found) => format!("Expecting 'EMPTY' or 'NULL' but got '{found}'."),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::UnclosedString(text) => {
                format!("따옴표로 묶인 문자열 '{text}'이(가) 완료되지 않았습니다.")
            }
            Self::ReservedWord(word) => {
                format!("'{word}'은(는) JQL 예약어입니다. 쿼리에 사용하려면 따옴표로 묶으세요.")
            }
            Self::ReservedCharacter(character) => {
                format!("문자 '{character}'은(는) JQL 예약 문자입니다.")
            }
            Self::BadEscape(escape) => {
                format!("'{escape}'은(는) 잘못된 JQL 이스케이프 시퀀스입니다.")
            }
            Self::ExpectedOrAnd(found) => {
                format!("'OR' 또는 'AND'가 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedField(found) => {
                format!("필드 이름이 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedOperator(found) => {
                format!("연산자가 필요하지만 '{found}'이(가) 있습니다. 올바른 연산자: {OPERATORS}.")
            }
            Self::ExpectedValue(found) => {
                format!("값, 목록 또는 함수가 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedList(found) => {
                format!("목록 또는 함수가 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedClosing(found) => {
                format!("')'이(가) 필요하지만 '{found}'이(가) 있습니다.")
            }
            Self::ExpectedBy(found) => format!("'by'가 필요하지만 '{found}'이(가) 있습니다."),
            Self::ExpectedEmpty(found) => {
                format!("'EMPTY' 또는 'NULL'이 필요하지만 '{found}'이(가) 있습니다.")
            }
        }
    }
}

impl Unfinished {
    fn in_english(self) -> String {
        match self {
            Self::Field => "Expecting a field name at the end of the query.".to_owned(),
            Self::Operator => format!(
                "Expecting an operator before the end of the query. The valid operators are {OPERATORS}."
            ),
            Self::Value => {
                "Expecting either a value, list or function before the end of the query.".to_owned()
            }
            Self::Closing => "Expecting ')' before the end of the query.".to_owned(),
            Self::By => "Expecting 'by' before the end of the query.".to_owned(),
        }
    }

    fn in_korean(self) -> String {
        match self {
            Self::Field => "쿼리 끝에 필드 이름이 필요합니다.".to_owned(),
            Self::Operator => {
                format!("쿼리 끝 앞에 연산자가 필요합니다. 올바른 연산자: {OPERATORS}.")
            }
            Self::Value => "쿼리 끝 앞에 값, 목록 또는 함수가 필요합니다.".to_owned(),
            Self::Closing => "쿼리 끝 앞에 ')'이(가) 필요합니다.".to_owned(),
            Self::By => "쿼리 끝 앞에 'by'가 필요합니다.".to_owned(),
        }
    }
}
