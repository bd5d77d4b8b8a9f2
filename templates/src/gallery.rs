//! Every component in every state on one page, for those who build and for those who judge by the eye.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use ratusha_platform::http::error::FieldError;
use ratusha_platform::http::form::{FormData, FormState};
use ratusha_platform::{Lang, Timestamp};

use crate::form::{Choice, Field, Fields};
use crate::map::{MapFigure, MapRow, regions};
use crate::parts::{
    Bar, Bars, Card, Change, Column, Comment, Diff, Facet, FacetOption, FileLine, Filters, Link, Person, Phase, PhaseState, Receipt, Stat,
    Status, SummaryRow, Table, Task, Tone,
};
use crate::{Accent, Crumb, FeedLink, Flash, Html, Ui};

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    ui: Ui,
    clean: Fields,
    refused: Fields,
    choices: Fields,
    cards: Vec<Card>,
    comments: Vec<Comment>,
    filters: Filters,
    table: Table,
    summary: Vec<SummaryRow>,
    tasks: Vec<Task>,
    phases: Vec<Phase>,
    diff: Vec<Diff>,
    files: Vec<FileLine>,
    people: Vec<Person>,
    receipt: Receipt,
    stats: Vec<Stat>,
    bars: Bars,
    map: MapFigure,
    tones: Vec<(Tone, &'static str)>,
    accents: Vec<(&'static str, &'static str)>,
    next: Option<String>,
}

impl Gallery {
    fn regions(&self) -> &'static [crate::map::Region] {
        regions()
    }

    fn s(&self, uk: &'static str, en: &'static str) -> &'static str {
        pick(self.ui.lang, uk, en)
    }
}

fn pick(lang: Lang, uk: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Uk => uk,
        Lang::En => en,
    }
}

/// The gallery page in the language, theme and accent of `ui`.
pub fn gallery(ui: Ui) -> Response {
    crate::page(StatusCode::OK, &build(ui))
}

/// The gallery as HTML, for tools that look at it from a file.
#[must_use]
pub fn html(ui: Ui) -> Html {
    Html::from_template(&build(ui))
}

fn build(mut ui: Ui) -> Gallery {
    let lang = ui.lang;
    let s = |uk, en| pick(lang, uk, en);
    ui.title = s("Громада радить громаді: як заощадити тепло в школах", "From community to community: saving heat in schools").into();
    ui.lead = Some(s("Тут зібрано кожен складник системи дизайну в кожному стані. Перевірте їх у світлій і темній темах, на вузькому екрані та на папері.", "Every component of the design system in every state. Look at them in light and dark, on a narrow screen and on paper.").into());
    ui.breadcrumbs = vec![
        Crumb { label: s("Кращі практики", "Best practices").into(), path: "/practices".into() },
        Crumb { label: s("Енергоощадність", "Energy saving").into(), path: "/practices?class=05".into() },
        Crumb { label: s("Складники", "Components").into(), path: "/gallery".into() },
    ];
    ui.flash = Some(Flash {
        tone: Tone::Good,
        text: s("Практику опубліковано. Про це дізнаються 14 підписників.", "The practice is published. 14 followers will hear of it.")
            .into(),
    });
    ui.feeds = vec![FeedLink {
        title: s("Нові практики, Atom", "New practices, Atom").into(),
        media_type: "application/atom+xml",
        url: ui.url("/practices/feed.atom"),
    }];
    ui.alternate = Some(format!("{}/ap/practices/1", ui.site.base_url));
    ui.creator = Some(ui.site.handle.clone());
    let (clean, refused, choices) = forms(lang);
    let now = ui.now;
    Gallery {
        clean,
        refused,
        choices,
        cards: cards(lang),
        comments: comments(lang, now),
        filters: filters(lang),
        table: table(lang),
        summary: summary(lang),
        tasks: tasks(lang),
        phases: phases(lang),
        diff: diff(lang),
        files: files(lang),
        people: people(lang),
        receipt: receipt(lang),
        stats: stats(lang),
        bars: bars(lang),
        map: map(lang),
        tones: vec![
            (Tone::Neutral, s("Чернетка", "Draft")),
            (Tone::Info, s("На розгляді", "In review")),
            (Tone::Good, s("Опубліковано", "Published")),
            (Tone::Care, s("Застаріває", "Getting old")),
            (Tone::Bad, s("Відхилено", "Declined")),
        ],
        accents: Accent::ALL.map(|a| (a.name(), a.key())).to_vec(),
        next: Some("abc".into()),
        ui,
    }
}

fn forms(lang: Lang) -> (Fields, Fields, Fields) {
    let s = |uk, en| pick(lang, uk, en);
    let kinds = |state: &FormState| {
        Fields::new(state)
            .with(Field::text("title", "gallery-title").hint("gallery-title-hint").required().max(120))
            .with(Field::email("email", "gallery-email").required())
            .with(Field::textarea("summary", "gallery-summary", 4).hint("gallery-summary-hint").required())
            .with(Field::number("saved", "gallery-saved").unit(s("тис. грн", "thousand UAH")).required())
            .with(Field::date("since", "gallery-since").width(10))
    };
    let typed = FormData::from_pairs([
        ("title", s("Тепло повертається до школи", "Warmth comes back to school")),
        ("email", "olena@lviv.example"),
        ("summary", s("Утеплили фасади й поставили лічильники.", "Insulated the walls and installed meters.")),
        ("saved", "1 240"),
        ("since", "2025-09-01"),
    ]);
    let wrong = FormData::from_pairs([
        ("title", ""),
        ("email", "olena.lviv.example"),
        ("summary", s("Утеплили фасади й поставили лічильники.", "Insulated the walls and installed meters.")),
        ("saved", s("багато", "a lot")),
    ]);
    let errors = vec![
        FieldError::new("title", "gallery-error-title"),
        FieldError::new("email", "gallery-error-email"),
        FieldError::new("saved", "gallery-error-number"),
    ];
    let more = FormData::from_pairs([("oblast", "46"), ("kind", "b"), ("audience", "youth"), ("audience", "elders"), ("agree", "1")]);
    let audience = vec![
        Choice::new("youth", s("Молодь", "Young people")),
        Choice::new("elders", s("Люди старшого віку", "Older people")),
        Choice::new("veterans", s("Ветерани й ветеранки", "Veterans")),
    ];
    let kind = vec![
        Choice::new("a", s("Практика", "Practice"))
            .hint(s("Уже працює і має виміряний результат.", "Works already and has a measured result.")),
        Choice::new("b", s("Задум", "Idea")).hint(s("Ще не випробуваний.", "Not tried yet.")),
    ];
    let choices = Fields::new(&FormState::clean(more))
        .with(Field::select("oblast", "gallery-oblast", regions().iter().map(|r| Choice::new(r.prefix, r.name(lang))).collect()).required())
        .with(Field::radios("kind", "gallery-kind", kind).required())
        .with(Field::checks("audience", "gallery-audience", audience).hint("gallery-audience-hint"))
        .with(Field::password("password", "gallery-password").autocomplete("new-password").required())
        .with(Field::file("photo", "gallery-photo", "image/png,image/jpeg", 5 * 1024 * 1024))
        .with(Field::checkbox("agree", "gallery-agree").hint("gallery-agree-hint").required());
    (kinds(&FormState::clean(typed)), kinds(&FormState::refused(wrong, errors)), choices)
}

fn cards(lang: Lang) -> Vec<Card> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![
        Card {
            title: s(
                "Тепло повертається до школи: термомодернізація за два сезони",
                "Warmth comes back to school: renovation in two seasons",
            ),
            url: "/practices/1".into(),
            over: Some(s("Енергоощадність", "Energy saving")),
            text: s(
                "Громада утеплила п’ять шкіл, поставила лічильники й скоротила рахунок за тепло на 38 %. Описано кошторис, помилки та договір з підрядником.",
                "The community insulated five schools, installed meters and cut the heating bill by 38 %. With the budget, the mistakes and the contract.",
            ),
            status: Some(Status::new(Tone::Good, pick(lang, "Опубліковано", "Published"))),
            badges: vec![s("Докази: E2", "Evidence: E2")],
            meta: vec![s("Полтавська громада", "Poltava community"), "12.10.2026".into()],
            ..Card::default()
        },
        Card {
            title: s("Бюджет участі, у якому голосують підлітки", "A participatory budget in which teenagers vote"),
            url: "/practices/2".into(),
            over: Some(s("Участь громадян", "Participation")),
            text: s(
                "Поріг у 14 років і зустрічі в школах подвоїли участь.",
                "A threshold of 14 years and meetings at schools doubled the turnout.",
            ),
            status: Some(Status::new(Tone::Info, pick(lang, "На розгляді", "In review"))),
            meta: vec![s("Львівська громада", "Lviv community"), "03.11.2026".into()],
            ..Card::default()
        },
        Card {
            title: s("Мобільний ЦНАП для 34 сіл", "A mobile service centre for 34 villages"),
            url: "/practices/3".into(),
            text: s("Автобус з адміністратором об’їжджає села за розкладом.", "A bus with a clerk visits the villages by timetable."),
            status: Some(Status::new(Tone::Care, pick(lang, "Потребує перегляду", "Review is due"))),
            meta: vec![s("Опішнянська громада", "Opishnia community")],
            ..Card::default()
        },
    ]
}

fn people(lang: Lang) -> Vec<Person> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![
        Person {
            name: s("Олена Савчук", "Olena Savchuk"),
            role: Some(s("редакторка громади", "community editor")),
            handle: Some("@olena@lviv.example".into()),
            url: Some("/people/1".into()),
            photo: None,
        },
        Person {
            name: s("Марко Іваненко", "Marko Ivanenko"), handle: Some("@marek@mastodon.example".into()), ..Person::default()
        },
    ]
}

fn comments(lang: Lang, now: Timestamp) -> Vec<Comment> {
    let s = |uk, en| Html::trusted(format!("<p>{}</p>", pick(lang, uk, en)));
    let who = people(lang);
    let person = |i: usize| who.get(i).cloned().unwrap_or_default();
    let answer = Html::trusted(format!("<a href=\"#reply\">{}</a>", pick(lang, "Відповісти", "Reply")));
    vec![
        Comment {
            id: "c1".into(),
            author: person(1),
            at: now.plus_days(-2),
            html: s(
                "Чи враховано вартість обслуговування лічильників? У нас вона з’їла половину заощадженого.",
                "Does it count the upkeep of the meters? With us it ate half of the savings.",
            ),
            origin: Some("https://mastodon.example/@marek/1".into()),
            actions: answer.clone(),
            ..Comment::default()
        },
        Comment {
            id: "c2".into(),
            author: person(0),
            at: now.plus_days(-1),
            edited: Some(now),
            html: s(
                "Так, у кошторисі є окремий рядок. Додали його до таблиці результатів.",
                "Yes, the budget has a line for it. We added it to the table of results.",
            ),
            depth: 1,
            reply_to: Some(person(1).name),
            actions: answer.clone(),
            ..Comment::default()
        },
        Comment { id: "c3".into(), depth: 2, deleted: true, ..Comment::default() },
        Comment {
            id: "c4".into(),
            author: person(1),
            at: now,
            html: s("Дякую за пояснення.", "Thank you for explaining."),
            depth: 1,
            reply_to: Some(person(0).name),
            held: true,
            origin: Some("https://mastodon.example/@marek/2".into()),
            actions: answer,
            ..Comment::default()
        },
        Comment {
            id: "c5".into(),
            author: person(1),
            at: now,
            html: s("Фотографії підвалу до ремонту.", "Photographs of the cellar before the repair."),
            warning: Some(pick(lang, "Неприємні зображення", "Unpleasant pictures").into()),
            ..Comment::default()
        },
    ]
}

fn filters(lang: Lang) -> Filters {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    let option =
        |value: &str, label: String, count: i64, selected: bool| FacetOption { value: value.into(), label, count: Some(count), selected };
    Filters {
        action: "/practices".into(),
        q: Some(s("школа", "school")),
        q_label: s("Що шукаєте", "What are you looking for"),
        facets: vec![
            Facet {
                name: "class".into(),
                label: s("Тема", "Topic"),
                options: vec![
                    option("05", s("Енергоощадність", "Energy saving"), 48, true),
                    option("02", s("Участь громадян", "Participation"), 31, false),
                    option("07", s("Освіта", "Education"), 1206, false),
                ],
                single: false,
                open: true,
            },
            Facet {
                name: "evidence".into(),
                label: s("Рівень доказів", "Level of evidence"),
                options: vec![option("e1", "E1".into(), 70, false), option("e2", "E2".into(), 12, false)],
                single: false,
                open: false,
            },
            Facet {
                name: "oblast".into(),
                label: s("Область", "Oblast"),
                options: regions().iter().take(6).map(|r| option(r.prefix, r.name(lang).into(), 7, r.prefix == "05")).collect(),
                single: true,
                open: false,
            },
        ],
        sort: vec![
            FacetOption { value: "new".into(), label: s("Спершу нові", "Newest first"), count: None, selected: true },
            FacetOption {
                value: "used".into(), label: s("Спершу перейняті", "Most adopted first"), count: None, selected: false
            },
        ],
        hidden: Vec::new(),
    }
}

fn table(lang: Lang) -> Table {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    let t = |text: &str| Html::text(text);
    Table {
        caption: s("Результати до і після", "Results before and after"),
        caption_hidden: false,
        columns: vec![
            Column::text(s("Показник", "Indicator")).sort("?sort=name", Some("ascending")),
            Column::number(s("До", "Before")),
            Column::number(s("Після", "After")).sort("?sort=after", None),
            Column::text(s("Джерело", "Source")),
        ],
        rows: vec![
            vec![
                t(&s("Спожито тепла за сезон, Гкал", "Heat used in a season, Gcal")),
                t("1 842"),
                t("1 139"),
                t(&s("Акти звіряння", "Reconciliation acts")),
            ],
            vec![
                t(&s("Температура у класах, °C", "Temperature in classrooms, °C")),
                t("16,5"),
                t("21,0"),
                t(&s("Журнали шкіл", "School logs")),
            ],
            vec![
                t(&s("Рахунок за тепло, тис. грн", "Heating bill, thousand UAH")),
                t("4 310"),
                t("2 672"),
                t(&s("Звіт про виконання бюджету", "Budget report")),
            ],
        ],
    }
}

fn summary(lang: Lang) -> Vec<SummaryRow> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    let mut rows = vec![
        SummaryRow::text(s("Громада", "Community"), s("Полтавська територіальна громада", "Poltava territorial community")),
        SummaryRow::text(
            s("Вартість", "Cost"),
            s("2,4 млн грн, з них 1,1 млн — грант", "2.4 million UAH, of which 1.1 million is a grant"),
        ),
        SummaryRow::html(
            s("Стан", "State"),
            Html::trusted(format!("<span class=\"status info\">{}</span>", s("На розгляді", "In review"))),
        ),
    ];
    for row in &mut rows {
        row.change = Some(Link::new(s("Змінити", "Change"), "/practices/1/edit"));
    }
    rows
}

fn tasks(lang: Lang) -> Vec<Task> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![
        Task {
            label: s("Розкажіть, яку проблему розв’язували", "Tell which problem you solved"),
            url: Some("/practices/1/edit#problem".into()),
            hint: None,
            status: Status::new(Tone::Good, s("Готово", "Done")),
        },
        Task {
            label: s("Додайте виміряні результати", "Add measured results"),
            url: Some("/practices/1/edit#results".into()),
            hint: Some(s("Хоча б один показник до і після.", "At least one figure before and after.")),
            status: Status::new(Tone::Info, s("Розпочато", "Begun")),
        },
        Task {
            label: s("Прикріпіть докази", "Attach evidence"),
            url: Some("/practices/1/edit#files".into()),
            hint: None,
            status: Status::new(Tone::Neutral, s("Ще ні", "Not yet")),
        },
        Task {
            label: s("Надішліть на перевірку", "Send for review"),
            url: None,
            hint: None,
            status: Status::new(Tone::Neutral, s("Поки недоступно", "Not available yet")),
        },
    ]
}

fn phases(lang: Lang) -> Vec<Phase> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![
        Phase { label: s("Чернетка", "Draft"), when: Some("01.10.2026".into()), text: None, state: PhaseState::Done },
        Phase {
            label: s("Перевірка в громаді", "Review in the community"),
            when: Some("05.10.2026".into()),
            text: None,
            state: PhaseState::Done,
        },
        Phase {
            label: s("Розгляд куратором", "Curator’s decision"),
            when: Some(s("до 30.11.2026", "until 30 Nov 2026")),
            text: Some(s(
                "Куратор перевіряє докази й добирає клас. Лишилося 7 днів.",
                "The curator checks the evidence and finds a class. 7 days are left.",
            )),
            state: PhaseState::Now,
        },
        Phase {
            label: s("У національному депозитарії", "In the national depository"), when: None, text: None, state: PhaseState::Next
        },
    ]
}

fn diff(lang: Lang) -> Vec<Diff> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![Diff {
        label: s("Результат", "Result"),
        parts: vec![
            (Change::Same, s("Рахунок за тепло зменшився на ", "The heating bill fell by ")),
            (Change::Removed, "31 %".into()),
            (Change::Added, "38 %".into()),
            (Change::Same, s(" за два опалювальні сезони", " in two heating seasons")),
            (Change::Added, s(", з урахуванням обслуговування", ", upkeep included")),
            (Change::Same, ".".into()),
        ],
    }]
}

fn files(lang: Lang) -> Vec<FileLine> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    vec![
        FileLine {
            title: s("Кошторис утеплення", "Budget of the insulation"),
            url: "/files/1".into(),
            kind: "XLSX".into(),
            bytes: 48_200,
            note: None,
        },
        FileLine {
            title: s("Звіт енергоаудиту", "Energy audit report"),
            url: "/files/2".into(),
            kind: "PDF".into(),
            bytes: 3_460_300,
            note: Some(s(
                "Скан без розпізнаного тексту. Стислий виклад — на цій сторінці.",
                "A scan without text. This page has a summary.",
            )),
        },
    ]
}

fn receipt(lang: Lang) -> Receipt {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    Receipt {
        title: s("Практику надіслано кураторам", "The practice was sent to the curators"),
        number: Some("ПР-2026-0147".into()),
        rows: vec![
            SummaryRow::text(s("Назва", "Title"), s("Тепло повертається до школи", "Warmth comes back to school")),
            SummaryRow::text(s("Надіслано", "Sent"), "23.11.2026, 15:40"),
        ],
        next: vec![
            s("Куратор відповість до 30 листопада 2026 року.", "A curator will answer by 30 November 2026."),
            s(
                "Рішення з поясненням з’явиться у вашому кабінеті та надійде на пошту.",
                "The decision and its reasons will appear in your account and come by e-mail.",
            ),
        ],
    }
}

fn stats(lang: Lang) -> Vec<Stat> {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    let stat = |value: &str, label: String, url: Option<&str>| Stat { value: value.into(), label, url: url.map(Into::into) };
    vec![
        stat("1 469", s("громад у мережі", "communities in the network"), Some("/communities")),
        stat("312", s("перевірених практик", "reviewed practices"), Some("/practices")),
        stat("27", s("областей і міст", "oblasts and cities"), None),
        stat("38 %", s("тепла заощаджено", "of heat saved"), None),
    ]
}

fn bars(lang: Lang) -> Bars {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    Bars {
        caption: s(
            "Готовність до цифрових послуг, балів зі 100; риска — торік, лінія — інтервал",
            "Readiness for digital services, points of 100; tick: last year, line: interval",
        ),
        rows: vec![
            Bar {
                label: s("Львівська", "Lviv"),
                value: 78,
                text: "78".into(),
                interval: Some((72, 83)),
                before: Some(61),
                url: Some("/readiness/1".into()),
            },
            Bar {
                label: s("Полтавська", "Poltava"), value: 64, text: "64".into(), interval: Some((55, 71)), before: Some(66), url: None
            },
            Bar { label: s("Опішнянська", "Opishnia"), value: 12, text: "12".into(), interval: None, before: None, url: None },
            Bar {
                label: s("Старосамбірська", "Staryi Sambir"), value: 0, text: "0".into(), interval: None, before: None, url: None
            },
        ],
        max: 100,
    }
}

fn map(lang: Lang) -> MapFigure {
    let s = |uk, en: &'static str| pick(lang, uk, en).to_owned();
    let figures = [
        ("01", 2),
        ("05", 18),
        ("07", 7),
        ("12", 24),
        ("14", 5),
        ("18", 11),
        ("23", 9),
        ("26", 16),
        ("32", 33),
        ("46", 52),
        ("48", 14),
        ("51", 21),
        ("53", 27),
        ("56", 4),
        ("63", 19),
        ("65", 8),
        ("68", 13),
        ("71", 6),
        ("74", 10),
        ("80", 41),
        ("85", 1),
    ];
    MapFigure {
        caption: s("Перевірені практики за областями", "Reviewed practices by oblast"),
        value_label: s("Практик", "Practices"),
        rows: figures.iter().map(|(code, value)| MapRow { code: (*code).into(), value: *value }).collect(),
        link: "/practices?oblast={code}".into(),
        zero_label: s("Поки що без практик:", "No practices yet:"),
    }
}
