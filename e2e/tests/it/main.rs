//! Stories in a browser: as visitors, editors and curators live them, with and without scripts.

mod pages;
mod stories;

use std::{future::Future, pin::Pin, process::ExitCode};

use anyhow::Result;
use ratusha_e2e::{Country, Driver};

/// A story: its name as a sentence, and what happens.
type Story = (&'static str, for<'a> fn(&'a Country, &'a Driver) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>);

const STORIES: &[Story] = &[
    ("axe_finds_nothing_on_any_page_in_any_scheme_width_or_language", |c, d| Box::pin(pages::axe_finds_nothing(c, d))),
    ("no_page_is_wider_than_a_small_phone", |c, d| Box::pin(pages::no_page_overflows(c, d))),
    ("a_first_visit_weighs_under_100_kb", |c, d| Box::pin(pages::first_visit_is_light(c, d))),
    ("an_editor_publishes_without_scripts_and_a_curator_accepts", |c, d| Box::pin(stories::practice_reaches_the_country(c, d))),
    ("a_refused_form_keeps_what_was_typed", |c, d| Box::pin(stories::refused_form_keeps_input(c, d))),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match run(&wanted) {
        Ok((passed, failed)) => {
            println!("test result: {}. {passed} passed; {failed} failed; 0 ignored", if failed == 0 { "ok" } else { "FAILED" });
            if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("the stories could not begin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the stories one after the other in one country.
fn run(wanted: &[String]) -> Result<(u32, u32)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let country = Country::start()?;
    let driver = Driver::start()?;
    let (mut passed, mut failed) = (0, 0);
    for (name, story) in STORIES {
        if !wanted.is_empty() && !wanted.iter().any(|w| name.contains(w.as_str())) {
            continue;
        }
        match runtime.block_on(story(&country, &driver)) {
            Ok(()) => {
                passed += 1;
                println!("test {name} ... ok");
            }
            Err(error) => {
                failed += 1;
                println!("test {name} ... FAILED\n    {error:#}");
            }
        }
    }
    Ok((passed, failed))
}
