//! How Mastodon and Lemmy read what we send: their rules, from their source, as far as they decide
//! whether a citizen sees anything.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// What a reader on Mastodon sees of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The text, HTML.
    pub text: String,
    /// The page it leads to.
    pub url: String,
    /// Addresses of its pictures with their descriptions.
    pub pictures: Vec<(String, String)>,
    /// Its hashtags.
    pub hashtags: Vec<String>,
    /// Its language.
    pub language: Option<String>,
}

/// Reads a Create or Update of a post as Mastodon does: notes whole, articles as title, summary and link.
///
/// # Errors
/// Why nothing would be shown.
pub fn mastodon(activity: &Value) -> Result<Status, String> {
    let object = &activity["object"];
    let actor = activity["actor"].as_str().ok_or("actor is no address")?;
    let id = object["id"].as_str().ok_or("the object has no id")?;
    let kind = object["type"].as_str().ok_or("the type is no plain text")?;
    let host = |url: &str| Url::parse(url).ok().map(|url| (url.host_str().map(str::to_owned), url.port()));
    if host(actor) != host(id) || object["attributedTo"] != actor {
        return Err("it is not its author's".into());
    }
    let public = |field: &str| {
        object[field].as_array().is_some_and(|all| all.iter().any(|one| one == "https://www.w3.org/ns/activitystreams#Public"))
    };
    if !public("to") && !public("cc") {
        return Err("it is not public".into());
    }
    let published = object["published"].as_str().ok_or("it has no date")?;
    if object["updated"].as_str().is_some_and(|updated| updated < published) {
        return Err("it was changed before it was published".into());
    }
    let url = object["url"].as_str().map(str::to_owned).unwrap_or(id.to_owned());
    let text = match kind {
        "Note" | "Question" => object["content"].as_str().unwrap_or_default().to_owned(),
        "Article" | "Page" | "Image" | "Video" | "Audio" | "Event" => {
            let title = object["name"].as_str().unwrap_or_default();
            let summary = object["summary"].as_str().unwrap_or_default();
            if title.is_empty() {
                return Err("an article without a title".into());
            }
            format!("<p>{title}</p><p>{summary}</p><p><a href=\"{url}\">{url}</a></p>")
        }
        other => return Err(format!("{other} is not shown")),
    };
    let list = |field: &str| object[field].as_array().cloned().unwrap_or_default();
    let pictures = list("attachment")
        .iter()
        .filter(|one| one["mediaType"].as_str().is_some_and(|kind| kind.starts_with("image/")))
        .map(|one| (one["url"].as_str().unwrap_or_default().to_owned(), one["name"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let hashtags =
        list("tag").iter().filter(|tag| tag["type"] == "Hashtag").filter_map(|tag| tag["name"].as_str().map(str::to_owned)).collect();
    let language = object["contentMap"].as_object().and_then(|map| map.keys().next().cloned());
    Ok(Status { text, url, pictures, hashtags, language })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LemmyActivity {
    #[serde(rename = "id")]
    _id: Url,
    actor: Url,
    #[serde(rename = "to")]
    _to: OneOrMany,
    // Lemmy's parser fails without it.
    #[serde(rename = "cc")]
    _cc: OneOrMany,
    object: LemmyPage,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(#[expect(dead_code, reason = "only its form matters")] Url),
    Many(#[expect(dead_code, reason = "only its form matters")] Vec<Url>),
}

#[derive(Deserialize)]
enum LemmyKind {
    Page,
    Article,
    Note,
    Video,
    Event,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LemmyPage {
    #[serde(rename = "type")]
    _kind: LemmyKind,
    id: Url,
    attributed_to: Url,
    #[serde(rename = "to")]
    _to: OneOrMany,
    name: Option<String>,
    content: Option<String>,
    #[serde(default)]
    attachment: Vec<LemmyAttachment>,
    #[serde(rename = "image")]
    _image: Option<LemmyImage>,
    #[serde(rename = "language")]
    _language: Option<LemmyLanguage>,
    #[serde(rename = "audience")]
    _audience: Option<Url>,
    #[serde(rename = "context")]
    _context: Option<String>,
    in_reply_to: Option<Url>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum LemmyAttachment {
    Link { href: Url },
    Image { url: Url },
    Document { url: Url },
}

#[derive(Deserialize)]
struct LemmyImage {
    #[serde(rename = "url")]
    _url: Url,
}

#[derive(Deserialize)]
struct LemmyLanguage {
    #[serde(rename = "identifier")]
    _identifier: String,
    #[serde(rename = "name")]
    _name: String,
}

/// Reads a Create or Update of a post with the strictness of Lemmy's parser; returns its title and link.
///
/// # Errors
/// What the parser trips over.
pub fn lemmy(activity: &Value) -> Result<(String, Option<String>), String> {
    let read = LemmyActivity::deserialize(activity).map_err(|error| error.to_string())?;
    let page = read.object;
    if page.id.host_str() != read.actor.host_str() || page.attributed_to.host_str() != page.id.host_str() {
        return Err("hosts do not match".into());
    }
    if page.in_reply_to.is_some() && page.name.is_some() {
        return Err("an answer with a title".into());
    }
    if page.content.is_none() {
        return Err("no content".into());
    }
    let link = page.attachment.into_iter().next().map(|first| match first {
        LemmyAttachment::Link { href: url } | LemmyAttachment::Image { url } | LemmyAttachment::Document { url } => url.to_string(),
    });
    Ok((page.name.unwrap_or_default(), link))
}
