//! Forms: fields with their label, hint and error, what was typed kept, and the summary of errors on top.

use std::borrow::Cow;

use askama::Template;
use ratusha_platform::http::error::FieldError;
use ratusha_platform::http::form::FormState;

use crate::{Html, Ui};

/// One choice of a select, radio or check group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read, ready for the reader.
    pub label: String,
    /// One more sentence under the label; radios and check boxes only.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// Adds a sentence under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What kind of control a field is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// One line.
    #[default]
    Text,
    /// E-mail address.
    Email,
    /// Password; its value never comes back.
    Password,
    /// Number, decimal comma allowed, hence a text control with a numeric keyboard.
    Number,
    /// Date as `2026-11-23`.
    Date,
    /// Web address.
    Url,
    /// Telephone number.
    Tel,
    /// Several lines.
    Textarea {
        /// Height in lines.
        rows: u8,
    },
    /// One of a list.
    Select {
        /// The list; put an empty value first if nothing may be chosen.
        options: Vec<Choice>,
    },
    /// One of a few, all shown.
    Radios {
        /// The few.
        options: Vec<Choice>,
    },
    /// Any of a few, all shown; sent as repeated values.
    Checks {
        /// The few.
        options: Vec<Choice>,
    },
    /// Yes or no; sends `1`.
    Checkbox,
    /// A file.
    File {
        /// Media types or extensions for the browser, e.g. `image/png,image/jpeg`.
        accept: String,
        /// The largest size in bytes, checked by the script before sending.
        max_bytes: u64,
    },
    /// Sent along, never shown.
    Hidden,
}

/// One field of a form.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name, which is also its id on the page.
    pub name: String,
    /// Locale key of the label.
    pub label_key: Cow<'static, str>,
    /// Locale key of the hint.
    pub hint_key: Option<Cow<'static, str>>,
    /// What was typed (the first value).
    pub value: String,
    /// All values, for check groups.
    pub values: Vec<String>,
    /// What is wrong.
    pub error: Option<FieldError>,
    /// Fields that are not required say so; the required ones are silent.
    pub required: bool,
    /// May stay empty now, but not when the thing is made public; the label says so.
    pub needed_later: bool,
    /// The `autocomplete` token, e.g. `email`.
    pub autocomplete: Option<&'static str>,
    /// The largest number of characters.
    pub maxlength: Option<u32>,
    /// Id of a `<datalist>` on the page.
    pub list: Option<&'static str>,
    /// Written beside the control, e.g. `%` or `грн`.
    pub unit: Option<String>,
    /// Width of the control in characters (2, 5, 10 or 20), for what is short by nature.
    pub width: Option<u8>,
    /// What kind of control it is.
    pub kind: FieldKind,
}

impl Field {
    /// May stay empty in a draft, not in public.
    #[must_use]
    pub fn needed_later(mut self) -> Self {
        self.needed_later = true;
        self
    }

    /// A field of `kind`.
    #[must_use]
    pub fn new(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, kind: FieldKind) -> Self {
        Self { name: name.into(), label_key: label_key.into(), kind, ..Self::default() }
    }

    /// One line of text.
    #[must_use]
    pub fn text(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Text)
    }

    /// An e-mail address, with its autocomplete token.
    #[must_use]
    pub fn email(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Email).autocomplete("email")
    }

    /// A password.
    #[must_use]
    pub fn password(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Password)
    }

    /// A number.
    #[must_use]
    pub fn number(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self { width: Some(10), ..Self::new(name, label_key, FieldKind::Number) }
    }

    /// A date.
    #[must_use]
    pub fn date(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Date)
    }

    /// A web address.
    #[must_use]
    pub fn url(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Url)
    }

    /// Several lines of text.
    #[must_use]
    pub fn textarea(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, rows: u8) -> Self {
        Self::new(name, label_key, FieldKind::Textarea { rows })
    }

    /// One of a list.
    #[must_use]
    pub fn select(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, options: Vec<Choice>) -> Self {
        Self::new(name, label_key, FieldKind::Select { options })
    }

    /// One of a few.
    #[must_use]
    pub fn radios(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, options: Vec<Choice>) -> Self {
        Self::new(name, label_key, FieldKind::Radios { options })
    }

    /// Any of a few.
    #[must_use]
    pub fn checks(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, options: Vec<Choice>) -> Self {
        Self::new(name, label_key, FieldKind::Checks { options })
    }

    /// Yes or no.
    #[must_use]
    pub fn checkbox(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, label_key, FieldKind::Checkbox)
    }

    /// A file of at most `max_bytes`.
    #[must_use]
    pub fn file(name: impl Into<String>, label_key: impl Into<Cow<'static, str>>, accept: impl Into<String>, max_bytes: u64) -> Self {
        Self::new(name, label_key, FieldKind::File { accept: accept.into(), max_bytes })
    }

    /// A value that goes along unseen.
    #[must_use]
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, "", FieldKind::Hidden) }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.hint_key = Some(key.into());
        self
    }

    /// Marks it as required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets its autocomplete token.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// Sets the largest number of characters.
    #[must_use]
    pub fn max(mut self, characters: u32) -> Self {
        self.maxlength = Some(characters);
        self
    }

    /// Sets the unit written beside it.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Sets its width in characters: 2, 5, 10 or 20.
    #[must_use]
    pub fn width(mut self, characters: u8) -> Self {
        self.width = Some(characters);
        self
    }

    /// Sets the id of its `<datalist>`.
    #[must_use]
    pub fn list(mut self, id: &'static str) -> Self {
        self.list = Some(id);
        self
    }

    /// Sets its value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self.values = vec![self.value.clone()];
        self
    }

    /// Sets what is wrong with it.
    #[must_use]
    pub fn error(mut self, error: FieldError) -> Self {
        self.error = Some(error);
        self
    }

    /// Takes its values and its error from a form that came back.
    #[must_use]
    pub fn from_state(mut self, state: &FormState) -> Self {
        self.error = state.errors.get(&self.name).cloned();
        if !matches!(self.kind, FieldKind::Password | FieldKind::File { .. } | FieldKind::Hidden) {
            self.value = state.data.raw(&self.name).to_owned();
            self.values = state.data.all(&self.name);
        }
        self
    }

    /// The same field under a name with a prefix, for pages that show a form twice.
    #[must_use]
    pub fn renamed(&self, prefix: &str) -> Self {
        Self { name: format!("{prefix}-{}", self.name), ..self.clone() }
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Email => "email",
            FieldKind::Password => "password",
            FieldKind::Date => "date",
            FieldKind::Url => "url",
            FieldKind::Tel => "tel",
            _ => "text",
        }
    }

    fn input_mode(&self) -> Option<&'static str> {
        matches!(self.kind, FieldKind::Number).then_some("decimal")
    }

    fn is_on(&self, choice: &Choice) -> bool {
        self.value == choice.value || self.values.contains(&choice.value)
    }

    /// The id of the control that an error links to: the first choice of a group, or the control itself.
    fn target(&self) -> String {
        match self.kind {
            FieldKind::Radios { .. } | FieldKind::Checks { .. } => format!("{}-1", self.name),
            _ => self.name.clone(),
        }
    }

    /// Ids of the hint and the error for `aria-describedby`; empty when there is neither.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint_key.is_some() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.error.is_some() {
            ids.push(format!("{}-error", self.name));
        }
        ids.join(" ")
    }
}

/// The fields of one form in their order, filled from what was typed.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    list: Vec<Field>,
    state: FormState,
}

impl Fields {
    /// No fields yet; those added take their values and errors from `state`.
    #[must_use]
    pub fn new(state: &FormState) -> Self {
        Self { list: Vec::new(), state: state.clone() }
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, field: Field) -> Self {
        self.list.push(field.from_state(&self.state));
        self
    }

    /// The field called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.list.iter().find(|field| field.name == name)
    }

    /// All fields in order.
    #[must_use]
    pub fn all(&self) -> &[Field] {
        &self.list
    }

    /// True when something is wrong.
    #[must_use]
    pub fn refused(&self) -> bool {
        !self.state.errors.is_empty()
    }

    /// What is wrong, in the order of the fields; what belongs to no field comes first.
    fn errors(&self) -> Vec<(Option<&Field>, &FieldError)> {
        let foreign = self.state.errors.iter().filter(|(name, _)| self.get(name).is_none()).map(|(_, error)| (None, error));
        let own = self.list.iter().filter_map(|field| field.error.as_ref().map(|error| (Some(field), error)));
        foreign.chain(own).collect()
    }
}

#[derive(Template)]
#[template(path = "components/field.html")]
struct FieldView<'a> {
    ui: &'a Ui,
    f: &'a Field,
    /// Hint, its id and error wiring shared by all kinds of control.
    describedby: String,
}

#[derive(Template)]
#[template(path = "components/error_summary.html")]
struct ErrorSummaryView<'a> {
    ui: &'a Ui,
    items: Vec<(Option<String>, String)>,
}

/// Which look a button has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonLook {
    /// The one main thing to do on the page.
    #[default]
    Primary,
    /// Anything beside it.
    Secondary,
    /// What destroys.
    Danger,
    /// Looks like a link.
    Plain,
}

impl ButtonLook {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Secondary => "button secondary",
            Self::Danger => "button danger",
            Self::Plain => "button plain",
        }
    }

    /// Reads `primary`, `secondary`, `danger` or `plain`; anything else is primary.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "secondary" => Self::Secondary,
            "danger" => Self::Danger,
            "plain" => Self::Plain,
            _ => Self::Primary,
        }
    }
}

#[derive(Template)]
#[template(path = "components/button.html")]
struct ButtonView<'a> {
    ui: &'a Ui,
    label: String,
    class: &'static str,
    /// `Some`: a link to there; with `post`, the address of a one-button form.
    href: Option<String>,
    post: bool,
    /// Hidden fields of the one-button form.
    hidden: Vec<(String, String)>,
    name: &'a str,
    value: &'a str,
}

impl Ui {
    /// One field with label, hint, error and control.
    #[must_use]
    pub fn field(&self, field: &Field) -> Html {
        Html::from_template(&FieldView { ui: self, f: field, describedby: field.described_by() })
    }

    /// The field of `fields` called `name`; nothing if there is none.
    #[must_use]
    pub fn field_of(&self, fields: &Fields, name: &str) -> Html {
        fields.get(name).map(|field| self.field(field)).unwrap_or_default()
    }

    /// All fields of a form, one after another.
    #[must_use]
    pub fn fields(&self, fields: &Fields) -> Html {
        Html::trusted(fields.all().iter().map(|field| self.field(field).to_string()).collect::<String>())
    }

    /// The summary of errors for the top of the page, each linked to its field; nothing if all is well.
    #[must_use]
    pub fn error_summary(&self, fields: &Fields) -> Html {
        let items: Vec<_> = fields.errors().into_iter().map(|(field, error)| (field.map(Field::target), self.error_text(error))).collect();
        if items.is_empty() { Html::default() } else { Html::from_template(&ErrorSummaryView { ui: self, items }) }
    }

    /// The hidden field with the session's token; nothing for visitors, whose pages stay cacheable.
    #[must_use]
    pub fn csrf_field(&self) -> Html {
        if self.csrf().is_empty() {
            Html::default()
        } else {
            Html::trusted(format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", Html::text(self.csrf())))
        }
    }

    /// Attributes of a `<form>` whose text is kept in the browser until the server has taken it.
    ///
    /// `key` names the thing and its version, e.g. `practice-<id>-<version>`.
    #[must_use]
    pub fn draft(&self, key: impl AsRef<str>) -> Html {
        Html::trusted(format!(
            "data-draft=\"{}\" data-restored=\"{}\" data-drop=\"{}\"",
            Html::text(key.as_ref()),
            Html::text(&self.t("ui-draft-restored")),
            Html::text(&self.t("ui-draft-drop"))
        ))
    }

    /// A submit button; `look` is `primary`, `secondary`, `danger` or `plain`.
    #[must_use]
    pub fn submit(&self, label_key: impl AsRef<str>, look: &str) -> Html {
        self.button_view(self.t(label_key), look, None, false, &[], "", "")
    }

    /// A submit button that sends `name=value`, for forms with several buttons.
    #[must_use]
    pub fn submit_as(&self, label_key: impl AsRef<str>, look: &str, name: &str, value: &str) -> Html {
        self.button_view(self.t(label_key), look, None, false, &[], name, value)
    }

    /// A link that looks like a button.
    #[must_use]
    pub fn button_link(&self, label_key: impl AsRef<str>, look: &str, path: impl AsRef<str>) -> Html {
        self.button_view(self.t(label_key), look, Some(self.url(path)), false, &[], "", "")
    }

    /// A form of one button that posts `hidden` to `path`, with the session's token.
    #[must_use]
    pub fn post_button(&self, label_key: impl AsRef<str>, look: &str, path: impl AsRef<str>, hidden: &[(&str, &str)]) -> Html {
        self.button_view(self.t(label_key), look, Some(self.url(path)), true, hidden, "", "")
    }

    fn button_view(
        &self,
        label: String,
        look: &str,
        href: Option<String>,
        post: bool,
        hidden: &[(&str, &str)],
        name: &str,
        value: &str,
    ) -> Html {
        let hidden = hidden.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Html::from_template(&ButtonView { ui: self, label, class: ButtonLook::parse(look).class(), href, post, hidden, name, value })
    }
}
