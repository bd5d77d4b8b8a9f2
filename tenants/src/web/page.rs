//! The extractor that handlers of pages take.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use ratusha_platform::{
    AppError, AppResult, Ctx, Kind, Lang, TenantId, Timestamp, Uow,
    http::{
        csrf::CsrfToken,
        site::{Address, Site},
    },
    i18n::Arg,
};
use ratusha_templates::{Flash, Theme, Ui, Viewer};

use super::{
    flash::FlashCookie,
    middleware::{ClientIp, cookie},
    nav::Navigation,
};
use crate::{policy, principal::Principal, settings::NodeSettings, tenant::Tenant};

/// One request for a page: whose site, who asks, in which language.
#[derive(Debug, Clone)]
pub struct Page {
    /// The context of the node.
    pub ctx: Ctx,
    /// Whose site it is.
    pub tenant: Arc<Tenant>,
    /// Who asks.
    pub who: Principal,
    /// The host by which the site was called.
    pub site: Site,
    /// Language of the page.
    pub lang: Lang,
    /// Path and query without the language prefix.
    pub path: String,
    /// Light or dark.
    pub theme: Theme,
    /// Token of the session's forms; `None` for visitors.
    pub csrf: Option<String>,
    /// What the previous action left to say.
    pub flash: Option<Flash>,
    /// Where the request came from, as far as known.
    pub ip: Option<IpAddr>,
    /// The headers of the request.
    pub headers: HeaderMap,
}

impl FromRequestParts<Ctx> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let (Some(tenant), Some(site)) = (parts.extensions.get::<Arc<Tenant>>().cloned(), parts.extensions.get::<Site>().cloned()) else {
            return Err(AppError::new(Kind::Misdirected, "misdirected").into_response());
        };
        let who = parts.extensions.get::<Principal>().cloned().unwrap_or_else(|| Principal::anonymous(&tenant.id));
        let (lang, path) = match parts.extensions.get::<Address>() {
            Some(address) => (address.lang, address.path.clone()),
            None => (Lang::Uk, parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)),
        };
        let theme = cookie(&parts.headers, "theme").map_or(Theme::Auto, Theme::parse);
        let flash = FlashCookie::read(ctx, &parts.headers).map(|flash| flash.render(ctx.catalog(), lang));
        let csrf = parts.extensions.get::<CsrfToken>().map(|token| token.0.clone());
        let ip = parts.extensions.get::<ClientIp>().map(|ip| ip.0);
        Ok(Self { ctx: ctx.clone(), tenant, who, site, lang, path, theme, csrf, flash, ip, headers: parts.headers.clone() })
    }
}

impl Page {
    /// Id of the tenant.
    #[must_use]
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant.id
    }

    /// The time of the request.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    /// Opens a unit of work of this tenant on behalf of whoever asks.
    ///
    /// # Errors
    /// From the database.
    pub async fn begin(&self) -> AppResult<Uow> {
        self.ctx.begin(&self.tenant.id, self.who.by()).await
    }

    /// The frame of the page.
    #[must_use]
    pub fn ui(&self) -> Ui {
        let source_url =
            self.ctx.service::<NodeSettings>().map_or_else(|_| "/about/source".to_owned(), |settings| settings.source_url.clone());
        let site = ratusha_templates::Site {
            name: self.tenant.name(self.lang).to_owned(),
            host: self.site.host.clone(),
            // Every host shows the same pages; search engines are told the first one.
            base_url: self.tenant.base_url.clone(),
            handle: self.tenant.address(),
            accent: self.tenant.accent.clone(),
            is_hub: self.tenant.is_hub(),
            source_url,
            contact: (!self.tenant.contact.is_empty()).then(|| self.tenant.contact.clone()),
        };
        let mut ui = Ui::new(self.lang, self.ctx.catalog().clone(), Arc::new(site), self.path.clone(), self.ctx.now());
        ui.viewer = Viewer {
            name: self.who.signed_in().then(|| self.who.name.clone()),
            csrf: self.csrf.clone(),
            roles: self.who.role_keys(),
            may: self.may(),
        };
        ui.nav = self.ctx.service::<Navigation>().map_or_else(|_| Arc::default(), |nav| Arc::new(nav.of(&self.tenant)));
        ui.theme = self.theme;
        ui.flash = self.flash.clone();
        ui
    }

    /// Names of this crate's actions whose links are worth showing to whoever asks.
    fn may(&self) -> Vec<&'static str> {
        let mut may = Vec::new();
        if policy::administer(&self.who).allowed() {
            may.extend(["tenants.settings", "tenants.people", "tenants.federation", "tenants.audit"]);
        }
        if policy::run_node(&self.who).allowed() {
            may.push("node.tenants");
        }
        may
    }

    /// The sentence for `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.ctx.catalog().t(self.lang, key)
    }

    /// The sentence for `key` with its arguments.
    #[must_use]
    pub fn ta(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.ctx.catalog().t_with(self.lang, key, args)
    }

    /// True on https, where cookies are secure.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.site.base_url.starts_with("https:")
    }

    /// 303 to `path` of this site in the language of the page.
    #[must_use]
    pub fn redirect(&self, path: &str) -> Response {
        Redirect::to(&self.lang.path(path)).into_response()
    }

    /// 303 to `path` with something to say there.
    #[must_use]
    pub fn redirect_with(&self, path: &str, flash: &FlashCookie) -> Response {
        let mut response = self.redirect(path);
        if let Ok(value) = HeaderValue::from_str(&flash.header(&self.ctx, self.secure())) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }

    /// A path of this site taken from the outside (`?back=`), or `/`.
    #[must_use]
    pub fn back(&self, path: &str) -> String {
        safe_path(path).unwrap_or("/").to_owned()
    }
}

/// A path that stays on this site: one slash in front, no scheme, no backslash, no control character.
#[must_use]
pub(crate) fn safe_path(path: &str) -> Option<&str> {
    let ok = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.len() <= 1024;
    ok.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn the_way_back_never_leaves_the_site() {
        assert_eq!(safe_path("/practices?q=вода"), Some("/practices?q=вода"));
        for bad in ["", "//evil.example", "https://evil.example", "/\\evil.example", "practices", "/a\r\nSet-Cookie: x"] {
            assert_eq!(safe_path(bad), None, "{bad}");
        }
    }
}
