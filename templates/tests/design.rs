//! What the design system promises: whole locales, no inline code, enough contrast, small files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking, like tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use ratusha_platform::i18n::{Catalog, Lang};
use ratusha_platform::{AppError, Timestamp};
use ratusha_templates::{Accent, NavItem, Site, Theme, Ui, Viewer, assets, error_page, gallery, locales};

fn ui(lang: Lang) -> Ui {
    let catalog = Arc::new(Catalog::new(&[locales()]).unwrap());
    let site = Site {
        name: match lang {
            Lang::Uk => "Полтавська територіальна громада".into(),
            Lang::En => "Poltava territorial community".into(),
        },
        host: "poltava.example".into(),
        base_url: "https://poltava.example".into(),
        handle: "@poltava@poltava.example".into(),
        accent: "dnipro".into(),
        is_hub: false,
        source_url: "https://poltava.example/source".into(),
        contact: Some("rada@poltava.example".into()),
    };
    let mut ui = Ui::new(lang, catalog, Arc::new(site), "/gallery?cursor=x&q=тепло", Timestamp::parse("2026-11-23T13:40:00Z").unwrap());
    ui.nav = Arc::new(vec![
        NavItem { key: "ui-home", path: "/".into() },
        NavItem { key: "ui-about", path: "/gallery".into() },
        NavItem { key: "ui-accessibility", path: "/about/accessibility".into() },
    ]);
    ui
}

fn signed_in(lang: Lang) -> Ui {
    Ui { viewer: Viewer { name: Some("Олена".into()), csrf: Some("token".into()), ..Viewer::default() }, ..ui(lang) }
}

fn keys(source: &str) -> Vec<&str> {
    let mut keys: Vec<&str> =
        source.lines().filter(|l| !l.starts_with([' ', '#', '}'])).filter_map(|l| l.split_once(" =")).map(|(k, _)| k).collect();
    keys.sort_unstable();
    keys
}

async fn body(response: axum::response::Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    for lang in Lang::ALL {
        pages.push(gallery::html(ui(lang)).to_string());
        pages.push(gallery::html(signed_in(lang)).to_string());
        let errors = [
            AppError::not_found(),
            AppError::forbidden(),
            AppError::unauthorized(),
            AppError::conflict(),
            AppError::broken("x"),
            AppError::invalid(Vec::new()),
        ];
        for error in errors {
            pages.push(body(error_page(ui(lang), &error, Some("r-1".into()))).await);
        }
    }
    pages
}

#[test]
fn both_languages_have_the_same_keys() {
    let both = locales();
    assert_eq!(keys(both.uk), keys(both.en));
    for code in [
        "not_found",
        "forbidden",
        "unauthorized",
        "conflict",
        "invalid",
        "internal",
        "too_large",
        "bad_form",
        "csrf",
        "gone",
        "unavailable",
        "too_many",
        "misdirected",
        "method",
    ] {
        assert!(keys(both.uk).contains(&format!("error-{}", code.replace('_', "-")).as_str()), "{code}");
    }
    for accent in Accent::ALL {
        assert!(keys(both.uk).contains(&accent.key()));
    }
}

#[tokio::test]
async fn no_page_shows_a_bare_key_or_carries_inline_code() {
    let all = locales();
    let names = keys(all.uk);
    for page in pages().await {
        assert!(!page.is_empty(), "a page could not be rendered");
        for key in &names {
            assert!(!page.contains(&format!(">{key}<")), "the key {key} shows");
        }
        for prefix in [">ui-", ">error-", ">gallery-", ">accent-", "\"ui-"] {
            assert!(!page.contains(prefix), "a key shows: {prefix}");
        }
        for bad in ["<style", " style=", "javascript:", " onclick", " onload", " onsubmit", " onchange", "{{", "{%"] {
            assert!(!page.contains(bad), "{bad} in a page");
        }
        for script in page.split("<script").skip(1) {
            assert!(script.starts_with(" src="), "inline script");
        }
    }
}

#[tokio::test]
async fn ids_are_unique_and_every_reference_has_its_target() {
    for page in pages().await {
        let attribute = |name: &str| {
            page.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        for id in attribute("id") {
            *ids.entry(id).or_default() += 1;
        }
        assert!(ids.values().all(|n| *n == 1), "{:?}", ids.iter().filter(|(_, n)| **n > 1).collect::<Vec<_>>());
        for name in ["for", "aria-describedby", "aria-labelledby", "popovertarget"] {
            for id in attribute(name).iter().flat_map(|v| v.split(' ')) {
                assert!(ids.contains_key(id), "{name} points to {id}, which is not there");
            }
        }
        assert_eq!(page.matches("<h1").count(), 1);
        assert_eq!(page.matches("<main").count(), 1);
    }
}

#[tokio::test]
async fn the_frame_names_its_language_and_its_other_addresses() {
    let page = gallery::gallery(ui(Lang::En));
    assert_eq!(page.headers()["content-language"], "en");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = body(page).await;
    assert!(page.contains("<html lang=\"en\""));
    assert!(page.contains("hreflang=\"uk\" href=\"https://poltava.example/gallery?cursor=x"));
    assert!(page.contains("type=\"application/activity+json\""));
    assert!(page.contains("aria-current"));
    assert!(page.contains("name=\"fediverse:creator\" content=\"@poltava@poltava.example\""));
    assert!(!page.contains("name=\"csrf\""), "a visitor's page holds no token");
    let page = body(gallery::gallery(signed_in(Lang::Uk))).await;
    assert!(page.contains("name=\"csrf\" value=\"token\""));
}

/// A name of a token or a colour, relative luminance of both schemes.
fn luminance(hex: &str) -> f64 {
    let channel = |i: usize| {
        let c = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).unwrap()) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// All `--name: light-dark(#light, #dark)` of one block of the style sheet.
fn tokens(block: &str) -> BTreeMap<String, [String; 2]> {
    let mut tokens = BTreeMap::new();
    for part in block.split("--").skip(1) {
        if let Some((name, rest)) = part.split_once(": light-dark(") {
            let (light, rest) = rest.split_once(", ").unwrap();
            let dark = rest.split_once(')').unwrap().0;
            tokens.insert(name.to_owned(), [light.to_owned(), dark.to_owned()]);
        }
    }
    tokens
}

#[test]
fn every_pair_of_colours_has_the_contrast_it_needs_in_both_schemes() {
    let css = std::str::from_utf8(assets::bytes("app.css").unwrap()).unwrap();
    let block = |selector: &str| css.split_once(&format!("{selector} {{")).unwrap().1.split_once('}').unwrap().0;
    let base = tokens(block(":root"));
    let text = [
        ("ink", "paper"),
        ("ink", "paper-2"),
        ("ink", "paper-3"),
        ("ink", "accent-soft"),
        ("quiet", "paper"),
        ("quiet", "paper-2"),
        ("quiet", "paper-3"),
        ("quiet", "accent-soft"),
        ("accent", "paper"),
        ("accent", "paper-2"),
        ("accent", "accent-soft"),
        ("accent-strong", "paper"),
        ("accent-strong", "paper-2"),
        ("accent-strong", "accent-soft"),
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("good", "paper"),
        ("good", "paper-2"),
        ("good", "good-soft"),
        ("info", "paper"),
        ("info", "info-soft"),
        ("care", "paper"),
        ("care", "care-soft"),
        ("bad", "paper"),
        ("bad", "bad-soft"),
        ("paper", "bad"),
        ("ink", "good-soft"),
        ("ink", "info-soft"),
        ("ink", "care-soft"),
        ("ink", "bad-soft"),
        ("accent", "good-soft"),
        ("accent", "info-soft"),
        ("accent", "care-soft"),
        ("accent", "bad-soft"),
        ("quiet", "care-soft"),
        ("on-foot", "foot"),
        ("paper", "ink"),
        ("on-map", "map-0"),
        ("on-map", "map-1"),
        ("on-map", "map-2"),
        ("on-map-3", "map-3"),
        ("on-map-strong", "map-4"),
        ("on-map-strong", "map-5"),
    ];
    let shapes = [
        ("edge", "paper"),
        ("edge", "paper-2"),
        ("edge", "paper-3"),
        ("focus", "paper"),
        ("focus", "paper-2"),
        ("focus", "accent-soft"),
        ("accent", "paper-3"),
        ("ink", "accent"),
    ];
    for accent in Accent::ALL {
        let mut all = base.clone();
        if accent != Accent::default() {
            all.extend(tokens(block(&format!("[data-accent={}]", accent.name()))));
        }
        for scheme in 0..2 {
            let of = |name: &str| all.get(name).unwrap_or_else(|| panic!("no token {name}"))[scheme].as_str();
            for (front, back) in text {
                let ratio = contrast(of(front), of(back));
                assert!(ratio >= 4.5, "{front} on {back}, {}, scheme {scheme}: {ratio:.2}", accent.name());
            }
            for (front, back) in shapes.iter().filter(|(f, b)| (*f, *b) != ("ink", "accent")) {
                let ratio = contrast(of(front), of(back));
                assert!(ratio >= 3.0, "{front} beside {back}, {}, scheme {scheme}: {ratio:.2}", accent.name());
            }
        }
    }
    assert!(contrast("#ffd166", &base["foot"][0]) >= 3.0 && contrast("#ffd166", &base["foot"][1]) >= 3.0);
}

#[test]
fn the_first_visit_stays_light() {
    let sizes: BTreeMap<_, _> = assets::sizes().into_iter().map(|(name, plain, brotli)| (name, (plain, brotli))).collect();
    assert!((1..=12 * 1024).contains(&sizes["app.css"].1), "{sizes:?}");
    assert!(sizes["app.js"].0 <= 4 * 1024, "{sizes:?}");
    assert!(sizes["fixel-regular.woff2"].0 + sizes["fixel-semibold.woff2"].0 <= 40 * 1024, "{sizes:?}");
    assert!(sizes["favicon.svg"].0 <= 1024, "{sizes:?}");
    let script = std::str::from_utf8(assets::bytes("app.js").unwrap()).unwrap();
    for sink in ["innerHTML", "outerHTML", "eval(", "insertAdjacentHTML", "document.write"] {
        assert!(!script.contains(sink), "{sink} needs a trusted type");
    }
}

#[tokio::test]
async fn assets_are_compressed_immutable_and_known_by_their_hash() {
    use tower::ServiceExt;
    let (ctx, _db) = ratusha_platform::testkit::context(&[]).await;
    let router = assets::routes().into_router().with_state(ctx);
    let get = |url: String, encoding: &str| {
        let request = http::Request::get(url).header("accept-encoding", encoding).body(axum::body::Body::empty()).unwrap();
        router.clone().oneshot(request)
    };
    let url = assets::url("app.css");
    let plain = get(url.clone(), "identity").await.unwrap();
    assert_eq!(plain.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(plain.headers()["vary"], "accept-encoding");
    assert_eq!(plain.headers()["content-type"], "text/css; charset=utf-8");
    let small = get(url.clone(), "gzip, br").await.unwrap();
    assert_eq!(small.headers()["content-encoding"], "br");
    assert_ne!(small.headers()["etag"], plain.headers()["etag"]);
    let gzip = get(url, "gzip").await.unwrap();
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    assert_eq!(get("/assets/app.000000000000.css".into(), "br").await.unwrap().status(), 404);
}

#[test]
fn the_theme_follows_the_cookie_and_unknown_accents_fall_back() {
    assert_eq!(Theme::parse("dark"), Theme::Dark);
    assert_eq!(Theme::parse("rubbish"), Theme::Auto);
    let dark = Ui { theme: Theme::Dark, ..ui(Lang::Uk) };
    assert!(gallery::html(dark).as_str().contains("data-theme=\"dark\""));
    assert_eq!(Accent::parse("#ff0000"), Accent::Dnipro);
}

/// Writes the gallery and an error page to the folder named by `RATUSHA_GALLERY`, for a look with a browser.
#[tokio::test]
async fn the_gallery_can_be_written_to_a_folder() {
    let Ok(folder) = std::env::var("RATUSHA_GALLERY") else { return };
    std::fs::create_dir_all(format!("{folder}/assets")).unwrap();
    let lost = body(error_page(ui(Lang::Uk), &AppError::unauthorized(), None)).await;
    std::fs::write(format!("{folder}/error.html"), lost.replace("\"/assets/", "\"assets/")).unwrap();
    for lang in Lang::ALL {
        for (name, _, _) in assets::sizes() {
            std::fs::write(format!("{folder}{}", assets::url(name)), assets::bytes(name).unwrap()).unwrap();
        }
        for theme in [Theme::Light, Theme::Dark] {
            let page = gallery::html(Ui { theme, ..signed_in(lang) }).to_string();
            let page = page.replace("\"/assets/", "\"assets/");
            std::fs::write(format!("{folder}/{}-{}.html", lang.code(), theme.name()), page).unwrap();
        }
    }
}
