//! What must be true of every page.

use anyhow::{Result, ensure};
use ratusha_e2e::{Browser, Country, Driver};

/// Pages of a community, and those that only the hub has.
const PAGES: &[&str] = &[
    "/",
    "/practices",
    "/practices/map",
    "/practices/timeline",
    "/practices/criteria",
    "/classifier",
    "/search?q=громада",
    "/t",
    "/sign-in",
    "/register",
    "/about",
    "/about/accessibility",
    "/about/authenticity",
    "/about/privacy",
    "/no-such-page",
];
/// Pages of those who are signed in as administrators.
const OFFICE: &[&str] = &[
    "/account",
    "/admin/people",
    "/admin/settings",
    "/admin/federation",
    "/admin/audit",
    "/practices/mine",
    "/practices/new",
    "/practices/import",
    "/discussion",
];

/// The addresses of a site's pages, with the first practice of its list among them.
async fn addresses(browser: &Browser, site: &str) -> Result<Vec<String>> {
    let mut all: Vec<String> = PAGES.iter().map(|path| format!("{site}{path}")).collect();
    browser.open(&format!("{site}/practices")).await?;
    if let Ok(link) = browser.driver.find(thirtyfour::By::Css("main a[href*=\"/practices/0\"]")).await {
        let href = link.prop("href").await?.unwrap_or_default();
        all.push(format!("{href}/versions"));
        all.push(href);
    }
    browser.open(&format!("{site}/classifier")).await?;
    if let Ok(link) = browser.driver.find(thirtyfour::By::Css("main a[href*=\"/classifier/\"]")).await {
        all.push(link.prop("href").await?.unwrap_or_default());
    }
    Ok(all)
}

fn english(address: &str, site: &str) -> String {
    address.replacen(site, &format!("{site}/en"), 1)
}

pub async fn axe_finds_nothing(country: &Country, driver: &Driver) -> Result<()> {
    let browser = driver.browser().await?;
    let mut found = Vec::new();
    for site in [country.hub(), country.city()] {
        for address in addresses(&browser, &site).await? {
            for (width, scheme, url) in [
                (1280, "light", address.clone()),
                (1280, "dark", address.clone()),
                (320, "light", address.clone()),
                (1280, "light", english(&address, &site)),
            ] {
                browser.look(width, scheme).await?;
                browser.open(&url).await?;
                found.extend(browser.axe().await?.into_iter().map(|v| format!("{url} ({width}, {scheme}): {v}")));
            }
        }
    }
    let city = country.city();
    browser.look(1280, "light").await?;
    browser.sign_in(&city, &country.account(&city, "admin")).await?;
    for path in OFFICE {
        browser.open(&format!("{city}{path}")).await?;
        found.extend(browser.axe().await?.into_iter().map(|v| format!("{city}{path}: {v}")));
    }
    let hub = country.hub();
    browser.sign_in(&hub, &country.account(&hub, "curator")).await?;
    browser.open(&format!("{hub}/curation")).await?;
    found.extend(browser.axe().await?.into_iter().map(|v| format!("{hub}/curation: {v}")));
    browser.close().await?;
    ensure!(found.is_empty(), "axe found:\n    {}", found.join("\n    "));
    Ok(())
}

pub async fn no_page_overflows(country: &Country, driver: &Driver) -> Result<()> {
    let browser = driver.browser().await?;
    let mut wide = Vec::new();
    for site in [country.hub(), country.city()] {
        for address in addresses(&browser, &site).await? {
            browser.look(320, "light").await?;
            browser.open(&address).await?;
            let overflow = browser.overflow().await?;
            if overflow > 0 {
                wide.push(format!("{address}: {overflow} px"));
            }
        }
    }
    browser.close().await?;
    ensure!(wide.is_empty(), "wider than 320 px:\n    {}", wide.join("\n    "));
    Ok(())
}

pub async fn first_visit_is_light(country: &Country, driver: &Driver) -> Result<()> {
    for site in [country.hub(), country.city()] {
        for path in ["/", "/practices", "/practices/map"] {
            // A new browser each time, so that nothing is in its cache.
            let browser = driver.browser().await?;
            browser.open(&format!("{site}{path}")).await?;
            let weight = browser.weight().await?;
            browser.close().await?;
            ensure!(weight < 100_000, "{site}{path} weighs {weight} bytes");
        }
    }
    Ok(())
}
