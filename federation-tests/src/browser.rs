//! A browser without scripts: cookies, forms as the page gives them, and what it shows.

use std::{collections::BTreeMap, sync::Mutex};

use http::{HeaderMap, StatusCode};

use crate::net;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The path and query that were asked for in the end.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body; the answer must be a success.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn page(self) -> String {
        assert!(self.status.is_success(), "{} answers {}: {}", self.path, self.status, excerpt(&self.body));
        self.body
    }

    /// The text without markup, white space joined.
    #[must_use]
    pub fn text(&self) -> String {
        text(&self.body)
    }

    /// The address of a redirect.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.get("location").and_then(|v| v.to_str().ok())
    }
}

/// The beginning of what a page says, for messages.
fn excerpt(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    text(main).chars().take(600).collect()
}

/// The text of a page without its markup.
#[must_use]
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        out.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    unescape(&out).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, letter) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(name, letter);
    }
    text
}

/// One visitor of one site.
pub struct Browser {
    http: reqwest::Client,
    /// `http://lviv.localhost:12345`.
    pub base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// A visitor of the site at `base`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { http: net::client(), base: base.to_owned(), cookies: Mutex::default() }
    }

    /// The same cookies carried to another site, as a thief would.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { http: self.http.clone(), base: base.to_owned(), cookies: Mutex::new(self.cookies.lock().expect("a lock").clone()) }
    }

    async fn send(&self, request: reqwest::RequestBuilder, path: &str) -> Answer {
        let cookies: Vec<String> = self.cookies.lock().expect("a lock").iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let response = request.send().await.expect("the site answers");
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().expect("text").split_once(';').expect("a cookie");
            let (name, value) = pair.split_once('=').expect("a cookie");
            let mut cookies = self.cookies.lock().expect("a lock");
            if value.is_empty() || rest.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        Answer { path: path.to_owned(), status, headers, body }
    }

    /// Asks for a page and does not follow redirects.
    pub async fn ask(&self, path: &str, accept: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.base)).header("accept", accept), path).await
    }

    /// Asks for a page as browsers do, redirects followed.
    pub async fn get(&self, path: &str) -> Answer {
        let answer = self.ask(path, "text/html,application/xhtml+xml,*/*;q=0.8").await;
        self.follow(answer).await
    }

    async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            let Some(to) = answer.location().filter(|_| answer.status.is_redirection()).map(ToOwned::to_owned) else { return answer };
            let path = to.strip_prefix(&self.base).unwrap_or(&to).to_owned();
            if !path.starts_with('/') {
                return answer;
            }
            answer = self.ask(&path, "text/html,*/*;q=0.8").await;
        }
        panic!("{} leads in a circle", answer.path)
    }

    /// Posts fields; does not follow the redirect.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.base)
            .header("accept", "text/html")
            .body(body.finish());
        self.send(request, path).await
    }

    /// Opens `page`, fills the form that goes to `action` and sends it; everything else stays as the page had it.
    ///
    /// # Panics
    /// When there is no such form.
    pub async fn submit(&self, page: &str, action: &str, fill: &[(&str, &str)]) -> Answer {
        let html = self.get(page).await.page();
        let mut fields = form_fields(&html, action).unwrap_or_else(|| panic!("no form for {action} on {page}: {}", excerpt(&html)));
        fields.retain(|(name, _)| !fill.iter().any(|(filled, _)| filled == name));
        fields.extend(fill.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let answer = self.post(action, &fields).await;
        self.follow(answer).await
    }

    /// Opens `page`, puts a file into the form that goes to `action`, fills the rest and sends it.
    ///
    /// # Panics
    /// When there is no such form.
    pub async fn upload(&self, page: &str, action: &str, file: (&str, &str, &[u8]), fill: &[(&str, &str)]) -> Answer {
        const EDGE: &str = "----a-file-is-coming";
        let html = self.get(page).await.page();
        let mut fields = form_fields(&html, action).unwrap_or_else(|| panic!("no form for {action} on {page}: {}", excerpt(&html)));
        fields.retain(|(name, _)| !fill.iter().any(|(filled, _)| filled == name));
        fields.extend(fill.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut body = Vec::new();
        for (name, value) in &fields {
            body.extend_from_slice(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        let (name, file_name, bytes) = file;
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let request = self
            .http
            .post(format!("{}{action}", self.base))
            .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
            .header("origin", &self.base)
            .header("accept", "text/html")
            .body(body);
        let answer = self.send(request, action).await;
        self.follow(answer).await
    }

    /// Signs in.
    ///
    /// # Panics
    /// When that fails.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let answer = self.submit("/sign-in", "/sign-in", &[("email", email), ("password", password)]).await;
        assert!(answer.status.is_success(), "{} answers {}", answer.path, answer.status);
        assert!(self.cookies.lock().expect("a lock").contains_key("session"), "no session: {}", excerpt(&answer.body));
    }
}

/// Fields of the form with this action, as a browser would send them untouched.
#[must_use]
pub fn form_fields(html: &str, action: &str) -> Option<Vec<(String, String)>> {
    let mut rest = html;
    loop {
        let (_, form) = rest.split_once("<form")?;
        let (tag, after) = form.split_once('>')?;
        let (inside, next) = after.split_once("</form>")?;
        if attribute(tag, "action").as_deref() == Some(action) {
            return Some(fields(inside));
        }
        rest = next;
    }
}

fn fields(html: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some((_, tag_on)) = rest.split_once('<') {
        let Some((tag, after)) = tag_on.split_once('>') else { break };
        rest = after;
        let name = attribute(tag, "name");
        if tag.starts_with("input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let off = matches!(kind.as_str(), "submit" | "file")
                || matches!(kind.as_str(), "checkbox" | "radio") && attribute(tag, "checked").is_none();
            if let Some(name) = name.filter(|_| !off) {
                out.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea") {
            let (value, next) = after.split_once("</textarea>").unwrap_or((after, ""));
            rest = next;
            if let Some(name) = name {
                out.push((name, unescape(value.strip_prefix('\n').unwrap_or(value))));
            }
        } else if tag.starts_with("select") {
            let (options, next) = after.split_once("</select>").unwrap_or((after, ""));
            rest = next;
            let tags: Vec<&str> =
                options.split("<option").skip(1).filter_map(|option| option.split_once('>').map(|(tag, _)| tag)).collect();
            let chosen = tags.iter().find(|tag| attribute(tag, "selected").is_some()).or(tags.first());
            if let (Some(name), Some(chosen)) = (name, chosen) {
                out.push((name, attribute(chosen, "value").unwrap_or_default()));
            }
        }
    }
    out
}

/// The value of an attribute; empty for one without a value.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find(wanted) {
        let before = rest[..at].chars().next_back();
        let after = &rest[at + wanted.len()..];
        if before.is_some_and(char::is_whitespace) {
            if let Some(value) = after.strip_prefix("=\"") {
                return value.split_once('"').map(|(value, _)| unescape(value));
            }
            if let Some(value) = after.strip_prefix('=') {
                return value.split_whitespace().next().map(unescape);
            }
            if after.is_empty() || after.starts_with(char::is_whitespace) || after.starts_with('/') {
                return Some(String::new());
            }
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let html = r#"<form action="/x"><input name="a" value="1"></form>
            <form method="post" action="/save"><input type="hidden" name="csrf" value="t&amp;t"><input type=checkbox name=c value=1>
            <input type="checkbox" name="d" value="2" checked><textarea name="text">
Рядок &lt;1&gt;</textarea><select name="s"><option value="x">X</option><option value="y" selected>Y</option></select><button name="b">Ok</button></form>"#;
        let fields = form_fields(html, "/save").unwrap();
        let wanted = [("csrf", "t&t"), ("d", "2"), ("text", "Рядок <1>"), ("s", "y")];
        assert_eq!(fields, wanted.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(text("<p>Рядок<br>два &amp; три</p>"), "Рядок два & три");
    }
}
