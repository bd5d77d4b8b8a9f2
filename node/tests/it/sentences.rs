//! Sentences: all parse, both languages are complete, every error has one.

use ratusha_platform::Lang;

#[test]
fn every_sentence_of_every_crate_parses_and_no_key_is_defined_twice() {
    let modules = ratusha_node::modules::all();
    let catalog = ratusha_node::catalog(&modules).unwrap();
    for lang in Lang::ALL {
        assert!(catalog.has(lang, "node-home-lead"));
    }
}

#[test]
fn every_action_and_role_that_is_shown_has_a_name_in_both_languages() {
    let modules = ratusha_node::modules::all();
    let catalog = ratusha_node::catalog(&modules).unwrap();
    for role in ratusha_tenants::roles::ROLES {
        for lang in Lang::ALL {
            assert!(catalog.has(lang, role.key), "{} in {}", role.key, lang.code());
        }
    }
    for entry in modules.nav() {
        for lang in Lang::ALL {
            assert!(catalog.has(lang, entry.key), "{} in {}", entry.key, lang.code());
        }
    }
}
