//! What the browser stories stand on: a demo country as a process, and a browser driven from outside.
#![expect(clippy::indexing_slicing, reason = "JSON that is not there reads as null, and the story that needs it says so")]

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// axe-core 4.14.1 (MPL-2.0), as published on npm.
const AXE: &str = include_str!("../assets/axe.min.js");

/// The demo country, running for as long as this lives.
pub struct Country {
    process: Child,
    /// What `demo.json` says.
    pub facts: Value,
    _dir: tempfile::TempDir,
}

impl Country {
    /// Starts `ratusha demo` in a folder of its own and waits until it has federated.
    ///
    /// # Errors
    /// When the binary is not named by `RATUSHA_BIN` or the demo does not come up.
    pub fn start() -> Result<Self> {
        let binary = std::env::var("RATUSHA_BIN").context("RATUSHA_BIN must name the binary; `cargo xtask test` does that")?;
        let dir = tempfile::tempdir()?;
        let port = free_ports()?;
        let mut process = Command::new(binary)
            .args(["demo", "--port", &port.to_string(), "--dir"])
            .arg(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .context("the demo did not start")?;
        let file = dir.path().join("demo.json");
        for _ in 0..3000 {
            if let Some(status) = process.try_wait()? {
                bail!("the demo ended with {status} before it was ready");
            }
            if let Ok(text) = std::fs::read_to_string(&file)
                && let Ok(facts) = serde_json::from_str(&text)
            {
                return Ok(Self { process, facts, _dir: dir });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = process.kill();
        bail!("the demo was not ready within five minutes");
    }

    /// Address of the hub.
    #[must_use]
    pub fn hub(&self) -> String {
        self.node("hub").and_then(|node| node["tenants"][0]["url"].as_str().map(ToOwned::to_owned)).unwrap_or_default()
    }

    /// Address of the last community: the city with a node of its own.
    #[must_use]
    pub fn city(&self) -> String {
        let nodes = self.facts["nodes"].as_array().cloned().unwrap_or_default();
        nodes.last().and_then(|node| node["tenants"][0]["url"].as_str()).unwrap_or_default().to_owned()
    }

    /// E-mail and password of the account with `role` on the node that serves `url`.
    #[must_use]
    pub fn account(&self, url: &str, role: &str) -> (String, String) {
        let nodes = self.facts["nodes"].as_array().cloned().unwrap_or_default();
        let serves = |node: &&Value| node["tenants"].as_array().is_some_and(|tenants| tenants.iter().any(|t| t["url"] == url));
        let account = nodes
            .iter()
            .find(serves)
            .and_then(|node| node["accounts"].as_array()?.iter().find(|a| a["role"] == role).cloned())
            .unwrap_or_default();
        (account["email"].as_str().unwrap_or("").to_owned(), account["password"].as_str().unwrap_or("").to_owned())
    }

    fn node(&self, role: &str) -> Option<Value> {
        self.facts["nodes"].as_array()?.iter().find(|node| node["role"] == role).cloned()
    }
}

impl Drop for Country {
    fn drop(&mut self) {
        // The demo ends cleanly on SIGTERM; that it does is part of the story.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// The first of three neighbouring free ports.
fn free_ports() -> Result<u16> {
    for _ in 0..50 {
        let first = std::net::TcpListener::bind("127.0.0.1:0")?;
        let port = first.local_addr()?.port();
        if port < 65_000 && (1..3).all(|i| std::net::TcpListener::bind(("127.0.0.1", port + i)).is_ok()) {
            return Ok(port);
        }
    }
    bail!("no three free ports in a row")
}

/// chromedriver, running for as long as this lives.
pub struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    /// Starts the driver on a free port and waits until it answers.
    ///
    /// # Errors
    /// When it is not there or does not answer.
    pub fn start() -> Result<Self> {
        let program = std::env::var("RATUSHA_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new(program)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver did not start")?;
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(Self { process, url: format!("http://127.0.0.1:{port}") });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("chromedriver does not answer")
    }

    /// A fresh browser without anybody's cookies.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn browser(&self) -> Result<Browser> {
        let mut caps = DesiredCapabilities::chrome();
        for arg in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
        ] {
            caps.add_arg(arg)?;
        }
        if let Ok(binary) = std::env::var("RATUSHA_CHROMIUM") {
            caps.set_binary(&binary)?;
        }
        Ok(Browser { driver: WebDriver::new(&self.url, caps).await? })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser in which a story happens.
pub struct Browser {
    /// The driver underneath, for what has no word here.
    pub driver: WebDriver,
}

impl Browser {
    /// Presses Enter on `element` and waits until the page it leads to is there.
    async fn enter(&self, element: &WebElement) -> Result<()> {
        self.cdp("Runtime.evaluate", json!({ "expression": "window.before = true" })).await?;
        element.send_keys(Key::Enter).await?;
        let arrived = json!({ "expression": "window.before !== true && document.readyState === 'complete'", "returnByValue": true });
        for _ in 0..200 {
            let answer = self.cdp("Runtime.evaluate", arrived.clone()).await;
            if answer.is_ok_and(|answer| answer["result"]["value"] == true) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the key led nowhere: {}", self.text().await?)
    }

    async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(command, params).await?)
    }

    /// Switches the pages' scripts off or on; the tools of these tests still work.
    ///
    /// # Errors
    /// The driver's.
    pub async fn scripts(&self, on: bool) -> Result<()> {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await?;
        Ok(())
    }

    /// Sets the width of the window in CSS pixels and the colour scheme (`light` or `dark`).
    ///
    /// # Errors
    /// The driver's.
    pub async fn look(&self, width: u32, scheme: &str) -> Result<()> {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Opens `url`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await.with_context(|| format!("cannot open {url}"))
    }

    /// The visible text of the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn text(&self) -> Result<String> {
        // Asked of the page itself: an element found a moment ago may be gone after a click.
        let answer = self
            .cdp("Runtime.evaluate", json!({ "expression": "document.body ? document.body.innerText : ''", "returnByValue": true }))
            .await?;
        Ok(answer["result"]["value"].as_str().unwrap_or_default().to_owned())
    }

    /// Fills the field called `name`, replacing what is there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn fill(&self, name: &str, value: &str) -> Result<()> {
        let field = self.driver.find(By::Css(format!("main [name=\"{name}\"]"))).await.with_context(|| format!("no field {name}"))?;
        field.clear().await?;
        field.send_keys(value).await?;
        Ok(())
    }

    /// Chooses the option, radio button or box of `name` with `value`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn choose(&self, name: &str, value: &str) -> Result<()> {
        let css = format!("main select[name=\"{name}\"] option[value=\"{value}\"], main input[name=\"{name}\"][value=\"{value}\"]");
        let element = self.driver.find(By::Css(css)).await.with_context(|| format!("nothing to choose: {name}={value}"))?;
        // The keyboard reaches what a small window may have scrolled away.
        if element.tag_name().await? == "option" {
            element.click().await?
        } else {
            element.send_keys(Key::Space).await?
        }
        Ok(())
    }

    /// Opens every closed part of the page's main part, by keyboard.
    ///
    /// # Errors
    /// The driver's.
    pub async fn unfold(&self) -> Result<()> {
        for summary in self.driver.find_all(By::Css("main details:not([open]) > summary")).await? {
            if summary.is_displayed().await? {
                summary.send_keys(Key::Enter).await?;
            }
        }
        Ok(())
    }

    /// Presses the button or follows the link in the page's main part whose text contains `words`, by keyboard.
    ///
    /// # Errors
    /// When there is none.
    pub async fn press(&self, words: &str) -> Result<()> {
        let path =
            format!("//main//button[contains(normalize-space(.), \"{words}\")] | //main//a[contains(normalize-space(.), \"{words}\")]");
        let element = self.driver.find(By::XPath(path)).await.with_context(|| format!("nothing to press: {words}"))?;
        self.enter(&element).await
    }

    /// Presses the button of a form in the page's main part whose text contains `words`, by keyboard.
    ///
    /// # Errors
    /// When there is none.
    pub async fn press_button(&self, words: &str) -> Result<()> {
        let path = format!("//main//form//button[contains(normalize-space(.), \"{words}\")]");
        let element = self.driver.find(By::XPath(path)).await.with_context(|| format!("no button: {words}"))?;
        self.enter(&element).await
    }

    /// Signs in at `site`.
    ///
    /// # Errors
    /// When the site does not let this account in.
    pub async fn sign_in(&self, site: &str, (email, password): &(String, String)) -> Result<()> {
        self.open(&format!("{site}/sign-in")).await?;
        self.fill("email", email).await?;
        self.fill("password", password).await?;
        let button = self.driver.find(By::Css("main form button")).await?;
        self.enter(&button).await?;
        let text = self.text().await?;
        ensure!(!self.driver.current_url().await?.path().contains("sign-in"), "not signed in at {site}: {text}");
        Ok(())
    }

    /// What axe has against the page; empty when nothing.
    ///
    /// # Errors
    /// When axe does not run.
    pub async fn axe(&self) -> Result<Vec<String>> {
        // Evaluated through the debugger, which the page's own policy does not bind.
        let run = "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice']}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0] || n.all[0] || n.none[0] || {message: ''}).message).join(' | '))))";
        self.cdp("Runtime.evaluate", json!({ "expression": AXE })).await?;
        let answer = self.cdp("Runtime.evaluate", json!({ "expression": run, "awaitPromise": true, "returnByValue": true })).await?;
        let text = answer["result"]["value"].as_str().with_context(|| format!("axe did not answer: {answer}"))?;
        Ok(serde_json::from_str(text)?)
    }

    /// How many pixels the page is wider than the window.
    ///
    /// # Errors
    /// The driver's.
    pub async fn overflow(&self) -> Result<i64> {
        let expression = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let answer = self.cdp("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await?;
        Ok(answer["result"]["value"].as_i64().unwrap_or(i64::MAX))
    }

    /// Bytes that the open page and its parts took over the wire, without pictures.
    ///
    /// # Errors
    /// The driver's.
    pub async fn weight(&self) -> Result<i64> {
        let expression = "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource').filter(e => e.initiatorType !== 'img')).reduce((s, e) => s + e.transferSize, 0)";
        let answer = self.cdp("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await?;
        Ok(answer["result"]["value"].as_i64().unwrap_or(i64::MAX))
    }

    /// Keeps a picture of the page as `target/screenshots/NAME.png`.
    ///
    /// # Errors
    /// The driver's, or the file system's.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join(format!("{name}.png")), self.driver.screenshot_as_png().await?)?;
        Ok(())
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// The driver's.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}
