//! What Jira says of transitions.

use crate::world::Language;

/// Something Jira says to those who move an issue through its workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WorkflowSentence {
    /// A transition of the workflow that does not begin at the status of the issue.
    NotNow {
        transition: String,
        issue: String,
    },
    MayNot,
    /// What the workflow's author wrote.
    Own(String),
}

impl WorkflowSentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match (self, language) {
            (Self::NotNow { transition, issue }, Language::English) => format!(
                "It seems that you have tried to perform a workflow operation ({transition}) that is not valid for the current state of this issue ({issue}). The likely cause is that somebody has changed the issue recently, please look at the issue history for details."
            ),
            (Self::NotNow { transition, issue }, Language::Korean) => format!(
                "이 이슈({issue})의 현재 상태에서 유효하지 않은 워크플로 작업({transition})을 수행하려고 한 것 같습니다. 다른 사람이 최근에 이슈를 변경했을 수 있으니 이슈 기록을 확인하세요."
            ),
            (Self::MayNot, Language::English) => {
                "You do not have permission to transition this issue.".to_owned()
            }
            (Self::MayNot, Language::Korean) => "이 이슈를 전환할 권한이 없습니다.".to_owned(),
            (Self::Own(text), _) => text.clone(),
        }
    }
}
