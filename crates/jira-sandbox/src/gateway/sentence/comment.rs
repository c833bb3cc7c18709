//! What Jira says of comments.

use crate::world::Language;

/// Something Jira says to those who read or write comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommentSentence {
    /// The name of somebody who may not comment.
    MayNotAdd(String),
    MayNotEdit(String),
    MayNotDelete(String),
    /// The id of a comment that is not there.
    Unknown(String),
    /// How many comments an issue may have.
    TooMany(u32),
    BadOrder(String),
    /// The name or id of a role.
    UnknownRole(String),
    UnknownGroup(String),
    NotInRole(String),
    NotInGroup(String),
    BadVisibility,
    /// A reply is seen by those who see what it replies to.
    ReplyVisibility,
    /// A reply to what is no comment of the issue, or is a reply itself.
    BadParent(String),
    TooManyIds,
}

impl CommentSentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::MayNotAdd(name) => {
                format!("{name}, you do not have the permission to comment on this issue.")
            }
            Self::MayNotEdit(name) => {
                format!("{name}, you do not have the permission to edit this comment.")
            }
            Self::MayNotDelete(name) => {
                format!("{name}, you do not have the permission to delete this comment.")
            }
            Self::Unknown(id) => format!("Can not find a comment for the id: {id}."),
            Self::TooMany(most) => format!("The issue has reached the limit of {most} comments."),
            Self::BadOrder(order) => format!("Comments cannot be ordered by '{order}'."),
            Self::UnknownRole(role) => format!("The role '{role}' does not exist."),
            Self::UnknownGroup(group) => format!("The group '{group}' does not exist."),
            Self::NotInRole(role) => format!("You are currently not a member of the role: {role}."),
            Self::NotInGroup(group) => {
                format!("You are currently not a member of the group: {group}.")
            }
            Self::BadVisibility => "The visibility must be a role or a group.".to_owned(),
            Self::ReplyVisibility => "The visibility of a reply cannot be changed.".to_owned(),
            Self::BadParent(id) => format!("The comment '{id}' cannot be replied to."),
            Self::TooManyIds => "The number of comment ids must be between 1 and 1000.".to_owned(),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::MayNotAdd(name) => format!("{name}님은 이 이슈에 댓글을 달 권한이 없습니다."),
            Self::MayNotEdit(name) => format!("{name}님은 이 댓글을 편집할 권한이 없습니다."),
            Self::MayNotDelete(name) => format!("{name}님은 이 댓글을 삭제할 권한이 없습니다."),
            Self::Unknown(id) => format!("ID가 {id}인 댓글을 찾을 수 없습니다."),
            Self::TooMany(most) => format!("이슈의 댓글 수가 한도({most}개)에 도달했습니다."),
            Self::BadOrder(order) => format!("댓글을 '{order}'(으)로 정렬할 수 없습니다."),
            Self::UnknownRole(role) => format!("'{role}' 역할이 존재하지 않습니다."),
            Self::UnknownGroup(group) => format!("'{group}' 그룹이 존재하지 않습니다."),
            Self::NotInRole(role) => format!("현재 {role} 역할의 구성원이 아닙니다."),
            Self::NotInGroup(group) => format!("현재 {group} 그룹의 구성원이 아닙니다."),
            Self::BadVisibility => "공개 범위는 역할 또는 그룹이어야 합니다.".to_owned(),
            Self::ReplyVisibility => "답글의 공개 범위는 변경할 수 없습니다.".to_owned(),
            Self::BadParent(id) => format!("댓글 '{id}'에는 답글을 달 수 없습니다."),
            Self::TooManyIds => "댓글 ID 수는 1에서 1000 사이여야 합니다.".to_owned(),
        }
    }
}
