//! The words that JQL keeps for itself.
//!
//! Source: "Reserved words" in Atlassian's page "Use advanced search with Jira Query Language".

/// Whether an unquoted word is refused as a name or a value.
pub(super) fn is_reserved(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    reserved_words().any(|known| known == word)
}

/// The words.
pub(crate) fn reserved_words() -> impl Iterator<Item = &'static str> {
    RESERVED.split_ascii_whitespace()
}

const RESERVED: &str = "
    abort access add after alias all alter and any as asc audit avg before begin between boolean
    break by byte catch cf changed char character check checkpoint collate collation column commit
    connect continue count create current date decimal declare decrement default defaults define
    delete delimiter desc difference distinct divide do double drop else empty encoding end equals
    escape exclusive exec execute exists explain false fetch file field first float for from
    function go goto grant greater group having identified if immediate in increment index initial
    inner inout input insert int integer intersect intersection into is isempty isnull join last
    left less like limit lock long max min minus mode modify modulo more multiply next noaudit not
    notin nowait null number object of on option or order outer output power previous prior
    privileges public raise raw remainder rename resource return returns revoke right row rowid
    rownum rows select session set share size sqrt start strict string subtract sum synonym table
    then to trans transaction trigger true uid union unique update user validate values view was
    when whenever where while with
";

/// A name or value as it can stand in a query: in quotes where it needs them.
pub(crate) fn encoded(text: &str) -> String {
    let is_field = text.starts_with("cf[") && text.ends_with(']');
    let is_word = !text.is_empty()
        && text
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'));
    if is_field || (is_word && !is_reserved(text)) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn keys_of_real_projects_are_reserved_words_in_any_case() {
        for word in ["INT", "int", "Do", "MAX", "cf"] {
            assert!(is_reserved(word), "{word}");
        }
        for word in ["SHOP", "internal", "done", ""] {
            assert!(!is_reserved(word), "{word}");
        }
    }
}
