//! What an answer of a token endpoint means. Some providers refuse with a 200, and many have words of
//! their own, so every answer is looked at, and the dialect says what the words mean.

use super::answer::Answer;
use super::word::Word;

/// What was sent to the token endpoint for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The code that the consent page handed over.
    AuthorizationCode,
    /// The refresh token of the last answer.
    RefreshToken,
}

/// What a refusal of the token endpoint means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The refresh token is expired, revoked or used up: only a new consent helps.
    GrantDead,
    /// The code is expired, used or made up: only a new consent helps.
    CodeRefused,
    /// The client id, its secret or the request itself is wrong: ours to repair, and no verdict
    /// on the grant.
    Misconfigured,
    /// Refused without a reason that anybody knows: a firewall's page, a token host that does not say
    /// why, or says it in a word that is not documented. No verdict by itself; try again later.
    Wordless,
    /// Nothing is decided: try again later.
    Temporary,
}

/// Who says what an answer means.
#[derive(Clone, Debug)]
pub enum Judge {
    /// Its words, as those of RFC 6749 §5.2 and these.
    Words(Words),
    /// A function of the provider's own, where words are not enough; none is no refusal.
    Own(fn(Grant, &Answer) -> Option<Refusal>),
}

impl Default for Judge {
    fn default() -> Self {
        Self::Words(Words::default())
    }
}

impl Judge {
    /// What a refusal means, if the answer is one.
    #[must_use]
    pub fn judge(&self, grant: Grant, answer: &Answer) -> Option<Refusal> {
        match self {
            Self::Words(words) => words.judge(grant, answer),
            Self::Own(judge) => judge(grant, answer),
        }
    }
}

/// The words in which a provider refuses, beyond those of RFC 6749 §5.2.
#[derive(Clone, Debug)]
pub struct Words {
    /// Where the word stands in an answer.
    pub error: Word,
    /// A member that is `false` where the answer is a refusal whatever its status.
    pub success: Option<Word>,
    /// A refresh token that is of no more use.
    pub dead: Vec<Word>,
    /// A code that is of no use.
    pub code_refused: Vec<Word>,
    /// A client or a request that is wrong.
    pub misconfigured: Vec<Word>,
    /// Nothing that lasts.
    pub temporary: Vec<Word>,
}

/// The word stands under `error`, and there are none but those of RFC 6749.
impl Default for Words {
    fn default() -> Self {
        Self {
            error: "error".into(),
            success: None,
            dead: Vec::new(),
            code_refused: Vec::new(),
            misconfigured: Vec::new(),
            temporary: Vec::new(),
        }
    }
}

impl Words {
    fn judge(&self, grant: Grant, answer: &Answer) -> Option<Refusal> {
        let status = answer.status();
        if status == 429 || status >= 500 {
            return Some(Refusal::Temporary);
        }
        let word = answer.text(&self.error);
        let is_refusal = !answer.is_success()
            || word.is_some()
            || self
                .success
                .as_ref()
                .is_some_and(|success| answer.is_false(success));
        if !is_refusal {
            return None;
        }
        Some(match word {
            Some(word) => self.meaning(grant, word),
            None if answer.is_success() || matches!(status, 400 | 401 | 403) => Refusal::Wordless,
            None => Refusal::Temporary,
        })
    }

    /// What a word means: in the provider's own list first.
    fn meaning(&self, grant: Grant, word: &str) -> Refusal {
        let is_in = |words: &[Word]| words.iter().any(|known| known == word);
        match (grant, word) {
            (Grant::RefreshToken, _) if is_in(&self.dead) => Refusal::GrantDead,
            (Grant::AuthorizationCode, _) if is_in(&self.code_refused) => Refusal::CodeRefused,
            _ if is_in(&self.misconfigured) => Refusal::Misconfigured,
            _ if is_in(&self.temporary) => Refusal::Temporary,
            (Grant::RefreshToken, "invalid_grant") => Refusal::GrantDead,
            (Grant::AuthorizationCode, "invalid_grant") => Refusal::CodeRefused,
            (
                _,
                "invalid_client"
                | "invalid_request"
                | "invalid_scope"
                | "unauthorized_client"
                | "unsupported_grant_type",
            ) => Refusal::Misconfigured,
            (_, "temporarily_unavailable" | "server_error") => Refusal::Temporary,
            _ => Refusal::Wordless,
        }
    }
}
