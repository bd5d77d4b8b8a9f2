//! Stories that cross pages, people and nodes.

use anyhow::{Context, Result, ensure};
use ratusha_e2e::{Browser, Country, Driver};

const TITLE: &str = "Вигадана практика: лавки з підзаряджанням";

/// Opens `url` again until its text contains `words`: delivery between nodes takes a moment.
async fn until(browser: &Browser, url: &str, words: &str) -> Result<()> {
    let mut text = String::new();
    for _ in 0..60 {
        browser.open(url).await?;
        text = browser.text().await?;
        if text.contains(words) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    anyhow::bail!("{url} never said «{words}»: {text}")
}

pub async fn practice_reaches_the_country(country: &Country, driver: &Driver) -> Result<()> {
    let (city, hub) = (country.city(), country.hub());
    let editor = driver.browser().await?;
    editor.scripts(false).await?;
    editor.look(390, "light").await?;
    editor.sign_in(&city, &country.account(&city, "editor")).await?;
    editor.open(&format!("{city}/practices/new")).await?;
    for (name, value) in [
        ("title", TITLE),
        ("summary", "Двадцять лавок дають світло й заряд під час вимкнень."),
        ("problem", "Під час вимкнень людям ніде зарядити телефон."),
        ("solution", "Лавки із сонячною панеллю у скверах."),
        ("contact", "Відділ благоустрою, park@example.com"),
        ("started_on", "01.03.2026"),
        ("outcome_0_metric", "Місця для заряджання"),
        ("outcome_0_before", "0"),
        ("outcome_0_after", "40"),
    ] {
        if name == "started_on" {
            // A date field is typed as the browser's own language writes dates; the value itself is set instead.
            editor.driver.find(thirtyfour::By::Css("main [name=\"started_on\"]")).await?.send_keys("03012026").await?;
        } else {
            editor.fill(name, value).await?;
        }
    }
    editor.unfold().await?;
    let concept = editor
        .driver
        .find(thirtyfour::By::Css("main input[name=\"concepts\"], main select[name=\"concepts\"] option:not([value=\"\"])"))
        .await
        .context("no concept to choose")?;
    if concept.tag_name().await? == "option" {
        concept.click().await?
    } else {
        concept.send_keys(thirtyfour::Key::Space).await?
    }
    editor.picture("practice-form-phone").await?;
    editor.press("Зберегти").await?;
    ensure!(editor.text().await?.contains(TITLE), "the draft was not saved: {}", editor.text().await?);
    let page = editor.driver.current_url().await?.to_string();
    let page = page.split('?').next().unwrap_or("").trim_end_matches("/edit").to_owned();
    for (step, done) in [("Надіслати на перевірку", "надіслано на перевірку"), ("Оприлюднити", "оприлюднено")]
    {
        editor.open(&page).await?;
        editor.press(step).await?;
        // The page that asks once more has a button of the same name.
        editor.press_button(step).await?;
        let text = editor.text().await?;
        ensure!(text.to_lowercase().contains(done), "«{step}» did not lead to «{done}»: {text}");
    }
    editor.open(&page).await?;

    let curator = driver.browser().await?;
    curator.scripts(false).await?;
    curator.sign_in(&hub, &country.account(&hub, "curator")).await?;
    until(&curator, &format!("{hub}/curation"), TITLE).await?;
    curator.press(TITLE).await?;
    curator.picture("curation-desktop").await?;
    curator.choose("decision", "accept").await?;
    curator.press_button("Записати рішення").await?;

    let citizen = driver.browser().await?;
    until(&citizen, &format!("{hub}/practices?q=лавка"), TITLE).await?;
    citizen.press(TITLE).await?;
    ensure!(citizen.text().await?.contains("Двадцять лавок"), "the national page does not show the practice");
    citizen.picture("national-practice-desktop").await?;
    until(&editor, &page, "рийнято").await?;
    for browser in [editor, curator, citizen] {
        browser.close().await?;
    }
    Ok(())
}

pub async fn refused_form_keeps_input(country: &Country, driver: &Driver) -> Result<()> {
    let city = country.city();
    let browser = driver.browser().await?;
    browser.scripts(false).await?;
    browser.sign_in(&city, &country.account(&city, "editor")).await?;
    browser.open(&format!("{city}/practices/new")).await?;
    browser.fill("summary", "Цього не можна загубити").await?;
    browser.fill("outcome_0_metric", "Черга").await?;
    browser.fill("outcome_0_before", "багато").await?;
    browser.press("Зберегти").await?;
    let value = browser.driver.find(thirtyfour::By::Css("main [name=\"summary\"]")).await?.prop("value").await?.unwrap_or_default();
    ensure!(value == "Цього не можна загубити", "the summary came back as {value:?}");
    let invalid = browser.driver.find_all(thirtyfour::By::Css("main [aria-invalid=\"true\"]")).await?;
    ensure!(invalid.len() >= 2, "{} fields are marked, two are wrong", invalid.len());
    browser.close().await?;
    Ok(())
}
