//! What is wrong with the value of one field of a write, in words.

use crate::world::Language;

/// Something Jira says under the name of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldSentence {
    BadProject,
    MissingIssueType,
    BadIssueType,
    MissingSummary,
    LongSummary,
    BrokenSummary,
    BadPriority,
    /// The account id of somebody who cannot have the issue.
    NotAssignable(String),
    /// A field that is not on the screen, or not there at all, or of an invisible project.
    NotOnScreen(String),
    /// A description that is no document.
    NotADocument,
    /// A text beyond the limit.
    LongText,
    /// The same, as a code in place of a sentence.
    ContentLimitExceeded,
    /// A subtask without a parent.
    MissingParent,
    BadParent,
    /// No date, and the text that was to be one.
    BadDate(String),
    BadNumber,
    BadLabel(String),
    NotAText,
    NotAList,
    NotAnObject,
    /// A component or version that the project does not have: which of both, and its id or name.
    UnknownRow(&'static str, String),
    UnknownSprint(String),
    NotASprint,
    /// A reference to a priority by neither id nor name.
    NoPriority,
    BadReporter,
    NotAnAddress,
    /// A line of text beyond the limit.
    LongLine,
    /// An option given by neither id nor value, or a child in the place of a parent.
    NoParentOption,
    /// The same of a child.
    NoChildOption,
    /// The name of a field with options.
    UnknownOption(String),
    /// What Jira reads items of a list into, and an item that does not go in.
    NoBean {
        bean: &'static str,
        value: String,
    },
    UnknownPerson(String),
    UnknownGroup(String),
    BadTeam(String),
    BadDuration(String),
    /// A subtask whose parent is in another project.
    ParentElsewhere,
    UnknownPermission,
    /// The name of a field that must be filled in.
    Required(String),
    /// The same, as a validator of a workflow says it.
    Validated(String),
    /// A field which is both in `fields` and in `update`.
    SaidTwice(String),
    BadOperation(String),
    /// A comment that is no document.
    BadComment,
    EmptyComment,
}

impl FieldSentence {
    /// The sentence in a language.
    pub(crate) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::BadProject => "Specify a valid project ID or key".to_owned(),
            Self::MissingIssueType => "Specify an issue type".to_owned(),
            Self::BadIssueType => "The issue type selected is invalid.".to_owned(),
            Self::MissingSummary => "You must specify a summary of the issue.".to_owned(),
            Self::LongSummary => "Summary must be less than 255 characters.".to_owned(),
            Self::BrokenSummary => {
                "The summary is invalid because it contains newline characters.".to_owned()
            }
            Self::BadPriority => "The priority selected is invalid.".to_owned(),
            Self::NotAssignable(account_id) => {
                format!("User '{account_id}' cannot be assigned issues.")
            }
            Self::NotOnScreen(field) => format!(
                "Field '{field}' cannot be set. It is not on the appropriate screen, or unknown."
            ),
            Self::NotADocument => {
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                    .to_owned()
            }
            Self::LongText => {
                "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
                    .to_owned()
            }
            Self::ContentLimitExceeded => "CONTENT_LIMIT_EXCEEDED".to_owned(),
            Self::MissingParent => {
                "Issue type is a sub-task but parent issue key or id not specified.".to_owned()
            }
            Self::BadParent => {
                "Given parent work item does not belong to appropriate hierarchy.".to_owned()
            }
            Self::BadDate(text) => format!("Error parsing date string: {text}"),
            Self::BadNumber => "Operation value must be a number".to_owned(),
            Self::BadLabel(label) => {
                format!("The label '{label}' contains spaces which is invalid.")
            }
            Self::NotAText => "Operation value must be a string".to_owned(),
            Self::NotAList => "data was not an array".to_owned(),
            Self::NotAnObject => "expected Object".to_owned(),
            Self::UnknownRow(what, name) => format!("{what} {name} is not valid"),
            Self::NotASprint => "Number value expected as the Sprint id.".to_owned(),
            Self::NoPriority => {
                "Could not find valid 'id' or 'name' in priority object.".to_owned()
            }
            Self::BadReporter => "The reporter specified is not a user.".to_owned(),
            Self::NotAnAddress => "Not a valid URL".to_owned(),
            Self::LongLine => {
                "The entered text is too long. It exceeds the allowed limit of 255 characters."
                    .to_owned()
            }
            Self::NoParentOption => {
                "Could not find valid 'id' or 'value' in the Parent Option object.".to_owned()
            }
            Self::NoChildOption => {
                "Could not find valid 'id' or 'value' in the Child Option object.".to_owned()
            }
            Self::UnknownOption(field) => format!("Specify a valid 'id' or 'name' for {field}"),
            Self::NoBean { bean, value } => format!(
                "Cannot construct instance of `com.atlassian.jira.issue.fields.rest.json.beans.{bean}` (although at least one Creator exists): no String-argument constructor/factory method to deserialize from String value ({value})"
            ),
            Self::UnknownPerson(account_id) => {
                format!("User '{account_id}' was not found in the system.")
            }
            Self::UnknownGroup(name) => format!("Could not find group names: {name}"),
            Self::BadTeam(id) => format!("Team Id '{id}' is not valid"),
            Self::BadDuration(words) => {
                format!("'{words}' is not a valid time duration. Use for example 3w 4d 12h.")
            }
            Self::ParentElsewhere => {
                "Sub-tasks must be created in the same project as the parent.".to_owned()
            }
            Self::UnknownPermission => "Unrecognized permission".to_owned(),
            Self::Required(field) => format!("{field} is required."),
            Self::Validated(field) => format!("Field {field} is required."),
            Self::UnknownSprint(id) => format!("Sprint with id '{id}' does not exist."),
            Self::SaidTwice(field) => {
                format!("Field '{field}' cannot appear in both 'fields' and 'update'")
            }
            Self::BadOperation(name) => {
                format!("Operation '{name}' is not supported for this field.")
            }
            Self::BadComment => "Comment body is not valid!".to_owned(),
            Self::EmptyComment => "Comment body can not be empty!".to_owned(),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::BadProject => "유효한 프로젝트 ID 또는 키를 지정하세요".to_owned(),
            Self::MissingIssueType => "이슈 유형을 지정하세요".to_owned(),
            Self::BadIssueType => "선택한 이슈 유형이 잘못되었습니다.".to_owned(),
            Self::MissingSummary => "이슈의 요약을 지정해야 합니다.".to_owned(),
            Self::LongSummary => "요약은 255자 미만이어야 합니다.".to_owned(),
            Self::BrokenSummary => "요약에 줄 바꿈 문자가 있어 잘못되었습니다.".to_owned(),
            Self::BadPriority => "선택한 우선순위가 잘못되었습니다.".to_owned(),
            Self::NotAssignable(account_id) => {
                format!("'{account_id}' 사용자에게는 이슈를 할당할 수 없습니다.")
            }
            Self::NotOnScreen(field) => format!(
                "'{field}' 필드를 설정할 수 없습니다. 해당 화면에 없거나 알 수 없는 필드입니다."
            ),
            Self::NotADocument => {
                "작업 값은 Atlassian 문서여야 합니다(Atlassian Document Format 참조)".to_owned()
            }
            Self::LongText => {
                "입력한 텍스트가 너무 깁니다. 허용된 32,767자를 초과했습니다.".to_owned()
            }
            Self::ContentLimitExceeded => "CONTENT_LIMIT_EXCEEDED".to_owned(),
            Self::MissingParent => {
                "이슈 유형이 하위 작업이지만 상위 이슈 키 또는 ID가 지정되지 않았습니다.".to_owned()
            }
            Self::BadParent => "지정한 상위 항목이 적절한 계층에 속하지 않습니다.".to_owned(),
            Self::BadDate(text) => format!("날짜 문자열을 구문 분석하는 중 오류 발생: {text}"),
            Self::BadNumber => "작업 값은 숫자여야 합니다".to_owned(),
            Self::BadLabel(label) => format!("레이블 '{label}'에는 공백을 사용할 수 없습니다."),
            Self::NotAText => "작업 값은 문자열이어야 합니다".to_owned(),
            Self::NotAList => "데이터가 배열이 아닙니다".to_owned(),
            Self::NotAnObject => "개체가 필요합니다".to_owned(),
            Self::UnknownRow(what, name) => format!("{what} {name}이(가) 잘못되었습니다"),
            Self::NotASprint => "스프린트 ID로 숫자 값이 필요합니다.".to_owned(),
            Self::NoPriority => {
                "우선순위 개체에서 유효한 'id' 또는 'name'을 찾을 수 없습니다.".to_owned()
            }
            Self::BadReporter => "지정한 보고자는 사용자가 아닙니다.".to_owned(),
            Self::NotAnAddress => "유효한 URL이 아닙니다".to_owned(),
            Self::LongLine => {
                "입력한 텍스트가 너무 깁니다. 허용된 255자를 초과했습니다.".to_owned()
            }
            Self::NoParentOption => {
                "상위 옵션 개체에서 유효한 'id' 또는 'value'를 찾을 수 없습니다.".to_owned()
            }
            Self::NoChildOption => {
                "하위 옵션 개체에서 유효한 'id' 또는 'value'를 찾을 수 없습니다.".to_owned()
            }
            Self::UnknownOption(field) => {
                format!("{field}에 유효한 'id' 또는 'name'을 지정하세요")
            }
            // What leaks out of Jira's reader is in English everywhere.
            Self::NoBean { .. } => self.in_english(),
            Self::UnknownPerson(account_id) => {
                format!("시스템에서 '{account_id}' 사용자를 찾을 수 없습니다.")
            }
            Self::UnknownGroup(name) => format!("그룹 이름을 찾을 수 없습니다: {name}"),
            Self::BadTeam(id) => format!("팀 ID '{id}'이(가) 잘못되었습니다"),
            Self::BadDuration(words) => format!("'{words}'은(는) 유효한 기간이 아닙니다."),
            Self::ParentElsewhere => {
                "하위 작업은 상위 이슈와 같은 프로젝트에 만들어야 합니다.".to_owned()
            }
            Self::UnknownPermission => "알 수 없는 권한".to_owned(),
            Self::Required(field) => format!("{field}은(는) 필수입니다."),
            Self::Validated(field) => format!("{field} 필드는 필수입니다."),
            Self::UnknownSprint(id) => format!("ID가 '{id}'인 스프린트가 존재하지 않습니다."),
            Self::SaidTwice(field) => {
                format!("'{field}' 필드는 'fields'와 'update'에 함께 있을 수 없습니다")
            }
            Self::BadOperation(name) => {
                format!("이 필드는 '{name}' 작업을 지원하지 않습니다.")
            }
            Self::BadComment => "댓글 본문이 잘못되었습니다!".to_owned(),
            Self::EmptyComment => "댓글 본문은 비워 둘 수 없습니다!".to_owned(),
        }
    }
}
