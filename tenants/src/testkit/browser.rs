//! A browser without a window: a host, a cookie jar, and the token of the session.

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The error behind a refusal, if one stands in the extensions.
    pub error: Option<ratusha_platform::AppError>,
}

impl Answer {
    /// A header as text, or empty.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Where it redirects to, or empty.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}

/// Asks one router under one host.
#[derive(Debug, Clone)]
pub struct Browser {
    router: Router,
    host: String,
    cookies: Vec<(String, String)>,
    csrf: Option<String>,
    accept: &'static str,
    site: &'static str,
}

impl Browser {
    /// A visitor of `host`.
    #[must_use]
    pub fn new(router: Router, host: &str) -> Self {
        Self { router, host: host.to_owned(), cookies: Vec::new(), csrf: None, accept: "text/html", site: "same-origin" }
    }

    /// Somebody signed in.
    #[must_use]
    pub fn with_session(mut self, cookie: &str, token: &str, csrf: &str) -> Self {
        self.cookies.push((cookie.to_owned(), token.to_owned()));
        self.csrf = Some(csrf.to_owned());
        self
    }

    /// Asks for another media type.
    #[must_use]
    pub fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Sends forms without the token of the session.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.csrf = None;
        self
    }

    /// Sends everything as if another site had made it.
    #[must_use]
    pub fn from_another_site(mut self) -> Self {
        self.site = "cross-site";
        self
    }

    /// The value of a cookie it holds.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `GET path`.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// `POST path` with a form and the session's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Some(csrf) = &self.csrf {
            form.append_pair(ratusha_platform::http::csrf::FIELD, csrf);
        }
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.finish()))
            .expect("a request");
        self.send(request).await
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, self.accept)
            .header("sec-fetch-site", self.site);
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        request
    }

    /// Sends a request made by hand, and keeps the cookies that come back.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        for value in parts.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (name, rest) = value.split_once('=').unwrap_or((value, ""));
            let stored = rest.split(';').next().unwrap_or("").to_owned();
            self.cookies.retain(|(key, _)| key != name);
            if !stored.is_empty() {
                self.cookies.push((name.to_owned(), stored));
            }
        }
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status,
            error: parts.extensions.get::<ratusha_platform::AppError>().cloned(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
