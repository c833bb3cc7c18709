//! What cannot be sent is refused, in words that do not repeat it.

use juncture_client::{Juncture, Options};

#[test]
fn an_unfit_address_is_refused() {
    for address in [
        "juncture.example.com",
        "ftp://juncture.example.com",
        "https://somebody:secret@juncture.example.com",
        "https://juncture.example.com?a=b",
        "https://juncture.example.com#a",
    ] {
        let error = Juncture::new(address, "key").unwrap_err();
        assert_eq!(error.code(), "invalid_options", "{address}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn an_unfit_key_is_refused_and_a_fit_one_shown_nowhere() {
    for key in ["", "with a space", "ключ", "line\nbreak"] {
        let error = Juncture::new("https://juncture.example.com/here/", key).unwrap_err();
        assert_eq!(error.code(), "invalid_options");
        assert!(key.is_empty() || !format!("{error} {error:?}").contains(key));
    }
    let options = Options::default();
    let juncture = Juncture::with_options("https://juncture.example.com", "a-secret", options);
    let shown = format!("{:?}", juncture.unwrap().jira("customer-1"));
    assert!(!shown.contains("a-secret"), "{shown}");
    assert!(shown.contains("juncture.example.com"), "{shown}");
}
