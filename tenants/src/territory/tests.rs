//! The codifier in a database: search, history, refusal of broken files. Runs on either engine.

use std::path::PathBuf;

use ratusha_platform::{
    Ctx, Lang,
    testkit::{TestDb, context},
};

use super::{
    Category, Gazetteer, Hit, ImportOptions, ImportReport, Unit, edition, find_by_code, find_by_tail, history, import_file, import_shipped,
    list_children, oblast_prefix, oblasts, predecessors, search, search_in, successors, tail_of_slug, testkit,
};

const LVIV: &str = "UA46060250010015970";

async fn small() -> (Ctx, TestDb) {
    let (ctx, test) = context(&[]).await;
    testkit::small(&ctx).await;
    (ctx, test)
}

async fn find(ctx: &Ctx, text: &str) -> Vec<Hit> {
    let gazetteer = Gazetteer::new();
    let mut conn = ctx.db().read().await.unwrap();
    search(&gazetteer, &mut conn, text, 10).await.unwrap()
}

async fn names(ctx: &Ctx, text: &str) -> Vec<String> {
    let label = |hit: &Hit| format!("{} {}", hit.unit.category.letter(), hit.unit.name);
    find(ctx, text).await.iter().map(label).collect()
}

/// The small codifier as a file, each row passed through `change`; `None` leaves the row out.
fn file(test: &TestDb, name: &str, change: impl Fn([String; 4]) -> Option<[String; 4]>) -> PathBuf {
    let mut text = String::from("code,parent,category,name\r\n");
    for row in testkit::small_rows() {
        let parent = row.parent.clone().unwrap_or_default();
        let fields = [row.code.clone(), parent, row.category.letter().into(), row.name.clone()];
        if let Some(fields) = change(fields) {
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        }
    }
    write(test, name, &text)
}

fn write(test: &TestDb, name: &str, text: &str) -> PathBuf {
    let path = test.dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn options(path: PathBuf, edition: &str) -> ImportOptions {
    ImportOptions { path, edition: Some(edition.to_owned()), ..ImportOptions::default() }
}

async fn unit(ctx: &Ctx, tail: &str) -> Unit {
    find_by_tail(&mut ctx.db().read().await.unwrap(), tail).await.unwrap().unwrap()
}

fn complaints(report: &ImportReport) -> Vec<(Option<u64>, &'static str)> {
    report.errors.iter().map(|e| (e.row, e.key)).collect()
}

#[tokio::test]
async fn the_whole_country_loads_once_and_is_found() {
    let (ctx, test) = context(&[]).await;
    let report = import_shipped(&ctx).await.unwrap().unwrap();
    assert_eq!((report.added, report.closed, report.written), (31_744, 0, true));
    assert!(import_shipped(&ctx).await.unwrap().is_none(), "the second start finds it there");

    let path = test.dir.path().join("same.csv.gz");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/data/katottg.csv.gz"), &path).unwrap();
    let again = import_file(&ctx, &options(path, "2026-07-07")).await.unwrap();
    assert_eq!((again.unchanged, again.written, again.changes.len()), (31_744, false, 0));

    let mut conn = ctx.db().read().await.unwrap();
    let known = edition(&mut conn).await.unwrap().unwrap();
    assert_eq!((known.edition.as_str(), known.objects), ("2026-07-07", 31_744));
    let regions = oblasts(&mut conn).await.unwrap();
    assert_eq!(regions.len(), 27);
    assert_eq!(regions.first().unwrap().name, "Автономна Республіка Крим");
    let names: Vec<String> = regions.iter().map(|u| u.display_name(Lang::Uk)).collect();
    for name in ["Львівська область", "Київ", "Севастополь", "Автономна Республіка Крим"]
    {
        assert!(names.iter().any(|n| n == name), "{name}");
    }

    // Every community has a point or is one of the six without.
    let places = Gazetteer::new().places(&mut conn).await.unwrap();
    let city = find_by_code(&mut conn, LVIV).await.unwrap().unwrap();
    let community = places.get(city.parent.as_deref().unwrap()).unwrap();
    assert!(community.lat.is_some() && community.lon.is_some());
    drop(conn);

    assert_eq!(find(&ctx, "Іванівка").await.len(), 10);
    let there = find(&ctx, "с. Іванівка, Одеська обл., Березівський р-н").await;
    assert!(!there.is_empty());
    assert!(there.iter().all(|hit| hit.unit.code.starts_with("UA5102")), "{there:?}");
}

#[tokio::test]
async fn apostrophes_case_and_latin_letters_do_not_matter() {
    let (ctx, _test) = small().await;
    let expected = names(&ctx, "Знам’янка").await;
    assert_eq!(expected[..3], ["M Знам’янка", "H Знам’янська", "H Знам’янська"], "{expected:?}");
    for text in ["Знам'янка", "Знамʼянка", "знам`янка", "Znamianka", "ЗНАМ'ЯНКА", "  Znamianka "] {
        assert_eq!(names(&ctx, text).await, expected, "{text}");
    }
    let lviv = names(&ctx, "Львів").await;
    for text in ["lviv", "ЛЬВІВ", "львів", "Lviv"] {
        assert_eq!(names(&ctx, text).await, lviv, "{text}");
    }
}

#[tokio::test]
async fn a_citys_name_finds_the_city_its_community_raion_and_oblast() {
    let (ctx, _test) = small().await;
    let lviv = names(&ctx, "Львів").await;
    assert_eq!(lviv[..5], ["M Львів", "H Львівська", "O Львівська", "P Львівський", "C Львів"]);
    // The seat is not a prefix of the adjective.
    let poltava = names(&ctx, "Полтава").await;
    assert_eq!(poltava, ["M Полтава", "H Полтавська", "O Полтавська", "P Полтавський"]);
    assert_eq!(names(&ctx, "Київ").await[0], "K Київ");
    assert_eq!(names(&ctx, "Crimea").await[0], "O Автономна Республіка Крим");
    assert_eq!(names(&ctx, "Zakarpattia Oblast").await[0], "O Закарпатська");
    assert_eq!(names(&ctx, "франківськ").await[0], "M Івано-Франківськ");
}

#[tokio::test]
async fn words_for_levels_choose_the_level() {
    let (ctx, _test) = small().await;
    assert_eq!(names(&ctx, "Львівська").await[..2], ["H Львівська", "O Львівська"]);
    assert_eq!(names(&ctx, "Львівська область").await[0], "O Львівська");
    assert_eq!(names(&ctx, "львівська міська територіальна громада").await[0], "H Львівська");
    assert_eq!(names(&ctx, "Lvivskyi raion").await[0], "P Львівський");
    assert_eq!(names(&ctx, "с. Львів").await[0], "C Львів");
    assert_eq!(names(&ctx, "Нове Село").await[0], "C Нове Село");
    let gazetteer = Gazetteer::new();
    let mut conn = ctx.db().read().await.unwrap();
    let hits = search_in(&gazetteer, &mut conn, "ново", &[Category::H], 5).await.unwrap();
    assert!(hits.iter().all(|hit| hit.unit.category == Category::H && !hit.exact));
    assert!(hits.len() > 1);
}

#[tokio::test]
async fn a_hit_says_where_it_lies_and_nonsense_finds_nothing() {
    let (ctx, _test) = small().await;
    let hits = find(&ctx, LVIV).await;
    assert_eq!(hits.len(), 1);
    let place = "Львівська територіальна громада, Львівський район, Львівська область";
    assert_eq!(hits[0].place(Lang::Uk), place);
    assert_eq!(hits[0].place(Lang::En), "Lvivska territorial community, Lvivskyi raion, Lviv Oblast");
    assert_eq!(find(&ctx, "15970").await, hits);
    assert_eq!(find(&ctx, "ua46 06 025 001 00 15970").await, hits);
    for text in ["", "   ", "'", "漢字", "ьььь", "00000", "UA00000000000000000", "%", "_", ",,,;"] {
        assert!(find(&ctx, text).await.is_empty(), "{text:?}");
    }
    // A district of a city stands under the city; one of Kyiv right under Kyiv.
    let district = find(&ctx, "Голосіївський район").await;
    assert_eq!(district[0].unit.display_name(Lang::Uk), "Голосіївський район");
    assert_eq!(district[0].place(Lang::Uk), "Київ");
    let district = find(&ctx, "Салтівський").await;
    assert_eq!(district[0].path.len(), 4, "{district:?}");
}

#[tokio::test]
async fn names_addresses_and_children_are_as_officially_written() {
    let (ctx, _test) = small().await;
    let city = unit(&ctx, "15970").await;
    assert_eq!((city.path().as_str(), city.oblast()), ("/t/lviv-15970", "46"));
    assert_eq!(tail_of_slug("lviv-15970"), Some("15970"));
    assert_eq!(tail_of_slug(LVIV), Some("15970"));
    assert_eq!(tail_of_slug("lviv"), None);
    assert_eq!(oblast_prefix("UA85000000000065278"), Some("85"));
    let community = unit(&ctx, city.parent.as_deref().unwrap()).await;
    assert_eq!(community.display_name(Lang::Uk), "Львівська територіальна громада");
    assert_eq!(community.display_name(Lang::En), "Lvivska territorial community");
    let crimea = unit(&ctx, "13043").await;
    assert_eq!(crimea.display_name(Lang::Uk), "Автономна Республіка Крим");
    assert_eq!(crimea.display_name(Lang::En), "Autonomous Republic of Crimea");
    let mut conn = ctx.db().read().await.unwrap();
    let raions = list_children(&mut conn, "26241").await.unwrap();
    assert_eq!(raions.len(), 7);
    assert!(raions.iter().all(|raion| raion.category == Category::P));
    let point = Gazetteer::new().point(&mut conn, &city).await.unwrap().unwrap();
    assert!((49_000_000..50_500_000).contains(&point.0) && (23_000_000..25_000_000).contains(&point.1));
}

#[tokio::test]
async fn a_newer_edition_renames_moves_and_merges_and_the_past_stays() {
    let (ctx, test) = small().await;
    let (community, village) = {
        let rows = testkit::small_rows();
        let village = rows.iter().find(|r| r.name == "Нове Село").unwrap();
        (village.parent.clone().unwrap(), village.code.clone())
    };
    let (community_tail, village_tail) = (community[14..].to_owned(), village[14..].to_owned());
    let neighbour = testkit::small_rows()
        .iter()
        .find(|r| r.category == Category::H && r.code[..6] == community[..6] && r.code != community)
        .unwrap()
        .code
        .clone();
    let moved = format!("{}{}", &neighbour[..9], "99900") + &village_tail;
    // The village's community joins its neighbour, the village goes with it; everything else inside goes too.
    let newer = |mut row: [String; 4]| {
        if row[0] == community {
            return None;
        }
        if row[0] == village {
            row = [moved.clone(), neighbour.clone(), "X".into(), "Новий Світ".into()];
        } else if row[1] == community {
            return None;
        }
        Some(row)
    };
    let path = file(&test, "newer.csv", newer);
    let act = format!("successor;code;date;act\n{neighbour};{community};2026-10-01;Постанова Верховної Ради № 1\n");
    let mut wanted = options(path, "2026-11-01");
    wanted.successors = Some(write(&test, "successors.csv", &act));

    let dry = import_file(&ctx, &ImportOptions { dry_run: true, ..wanted.clone() }).await.unwrap();
    assert!(!dry.written && !dry.refused());
    assert_eq!(unit(&ctx, &village_tail).await.name, "Нове Село");

    let report = import_file(&ctx, &wanted).await.unwrap();
    assert_eq!(complaints(&report), []);
    assert!(report.written && report.closed >= 1);
    let counts = (report.renamed, report.moved, report.recategorised, report.successors);
    assert_eq!(counts, (1, 1, 1, 1));
    assert_eq!(ImportReport { written: true, ..dry }, report, "a dry run tells the same");

    let now = unit(&ctx, &village_tail).await;
    assert_eq!((now.name.as_str(), now.category), ("Новий Світ", Category::X));
    assert_eq!(now.parent.as_deref(), Some(&neighbour[14..]));
    let mut conn = ctx.db().read().await.unwrap();
    let past = history(&mut conn, &village_tail).await.unwrap();
    assert_eq!(past.len(), 2);
    assert_eq!(past[0].name, "Нове Село");
    assert_eq!(past[0].valid_to.as_deref(), Some("2026-11-01"));
    assert_eq!(past[1], now);
    assert_eq!(find_by_code(&mut conn, &village).await.unwrap(), Some(now.clone()), "by its old code");
    let joined = successors(&mut conn, &community_tail).await.unwrap();
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0].1.code, neighbour);
    assert_eq!(joined[0].0.act, "Постанова Верховної Ради № 1");
    let took = predecessors(&mut conn, &neighbour[14..]).await.unwrap();
    assert_eq!(took[0].1.tail, community_tail);
    drop(conn);

    let old = unit(&ctx, &community_tail).await;
    assert_eq!(old.valid_to.as_deref(), Some("2026-11-01"));
    let hits = find(&ctx, "Нове Село").await;
    let hit = hits.iter().find(|hit| hit.unit.tail == village_tail).unwrap();
    assert!(hit.former && hit.exact);
    assert_eq!(hit.unit.name, "Новий Світ");
    assert!(find(&ctx, "Новий Світ").await.iter().any(|h| h.unit == now && !h.former));

    let again = import_file(&ctx, &wanted).await.unwrap();
    assert!(!again.written && again.changes.is_empty() && !again.refused());
    // What was closed opens again with its history.
    let back = file(&test, "back.csv", Some);
    let report = import_file(&ctx, &options(back, "2026-11-20")).await.unwrap();
    assert_eq!((report.added, report.closed), (counts_back(&report), 0));
    assert!(unit(&ctx, &community_tail).await.is_open());
    let mut conn = ctx.db().read().await.unwrap();
    assert_eq!(history(&mut conn, &village_tail).await.unwrap().len(), 3);
    assert_eq!(history(&mut conn, &community_tail).await.unwrap().len(), 2);
}

fn counts_back(report: &ImportReport) -> usize {
    let added = |c: &&super::Change| c.kind == super::ChangeKind::Added;
    report.changes.iter().filter(added).count()
}

#[tokio::test]
async fn a_correction_of_the_same_edition_leaves_no_trace_of_the_mistake() {
    let (ctx, test) = small().await;
    let rename = |to: &'static str| {
        move |mut row: [String; 4]| {
            if row[0] == LVIV {
                row[3] = to.to_owned();
            }
            Some(row)
        }
    };
    let wrong = file(&test, "wrong.csv", rename("Лемберг"));
    import_file(&ctx, &options(wrong, "2026-10-01")).await.unwrap();
    let right = file(&test, "right.csv", rename("Лев'ячий"));
    let report = import_file(&ctx, &options(right, "2026-10-01")).await.unwrap();
    assert_eq!((report.renamed, report.written), (1, true));
    let mut conn = ctx.db().read().await.unwrap();
    let past: Vec<String> = history(&mut conn, "15970").await.unwrap().into_iter().map(|u| u.name).collect();
    assert_eq!(past, ["Львів", "Лев’ячий"]);
    drop(conn);
    assert!(names(&ctx, "Лемберг").await.is_empty());
}

#[tokio::test]
async fn a_broken_file_is_refused_row_by_row_and_nothing_changes() {
    let (ctx, test) = small().await;
    let head = "code,parent,category,name\n\
        UA01000000000013043,,O,Автономна Республіка Крим\n";
    let text = format!(
        "{head}UA0100000000001304,,O,Закоротка\n\
         UA05000000000010236,,Q,Вінницька\n\
         UA07000000000024379,,O,\n\
         UA01020000000022387,UA01000000000013043,P,Бахчисарайський\n\
         UA01030000000022387,UA01000000000013043,P,Двійник\n\
         UA01040000000022388,UA99000000000013043,P,Сирота\n\
         UA02040000000022389,UA01000000000013043,P,Чужий\n\
         UA01040010000022390,UA01000000000013043,H,Зависока\n\
         UA01040010000022391,UA01000000000013043,P,Заглибокий\n"
    );
    let path = write(&test, "broken.csv", &text);
    let report = import_file(&ctx, &options(path, "2026-11-01")).await.unwrap();
    assert_eq!(
        complaints(&report),
        [
            (Some(3), "territory-import-bad-code"),
            (Some(4), "territory-import-bad-category"),
            (Some(5), "territory-import-bad-name"),
            (Some(7), "territory-import-twice"),
            (Some(8), "territory-import-no-parent"),
            (Some(9), "territory-import-foreign-code"),
            (Some(10), "territory-import-bad-parent"),
            (Some(11), "territory-import-bad-depth"),
        ]
    );
    assert!(report.refused() && !report.written);

    for (text, key) in [
        ("", "territory-import-columns"),
        ("код,назва\n1,2\n", "territory-import-columns"),
        ("code,parent,category,name\n", "territory-import-empty"),
        ("PK\u{3}\u{4}", "territory-import-workbook"),
    ] {
        let path = write(&test, "bad.csv", text);
        let report = import_file(&ctx, &options(path, "2026-11-01")).await.unwrap();
        assert_eq!(report.errors[0].key, key, "{text:?}");
    }
    let path = test.dir.path().join("windows.csv");
    std::fs::write(&path, [head.as_bytes(), b"UA05000000000010236,,O,\xc2\xb3\xed\n"].concat()).unwrap();
    let report = import_file(&ctx, &options(path.clone(), "2026-11-01")).await.unwrap();
    assert_eq!(complaints(&report), [(Some(3), "territory-import-not-utf8")]);

    // A file that is good but holds a fraction of the country, and dates that cannot be.
    let part = write(&test, "part.csv", head);
    for (date, key) in [
        ("2026-11-01", "territory-import-closes-too-much"),
        ("2026-07-06", "territory-import-older"),
        ("2026-13-01", "territory-import-bad-date"),
        ("1.11.2026", "territory-import-bad-date"),
        ("2026-12-01", "territory-import-future"),
    ] {
        let report = import_file(&ctx, &options(part.clone(), date)).await.unwrap();
        assert_eq!(complaints(&report), [(None, key)], "{date}");
    }
    let missing = import_file(&ctx, &options(path.with_extension("none"), "2026-11-01")).await;
    assert_eq!(missing.unwrap_err().code, "territory.unreadable");

    let mut conn = ctx.db().read().await.unwrap();
    assert_eq!(edition(&mut conn).await.unwrap().unwrap().edition, "2026-07-07");
    assert_eq!(oblasts(&mut conn).await.unwrap().len(), 27);
}

#[tokio::test]
async fn a_merger_is_refused_when_its_units_are_not_as_it_says() {
    let (ctx, test) = small().await;
    let path = file(&test, "same.csv", Some);
    let text = format!(
        "code,successor,date,act\n\
         {LVIV},UA05000000000010236,2026-10-01,Акт\n\
         UA05000000000099990,{LVIV},2026-10-01,Акт\n\
         UA0500000000009999,{LVIV},2026-10-01,Акт\n\
         UA05000000000099990,{LVIV},01.10.2026,Акт\n\
         UA05000000000099990,{LVIV},2026-10-01,\n\
         {LVIV},{LVIV},2026-10-01,Акт\n"
    );
    let mut wanted = options(path, "2026-11-01");
    wanted.successors = Some(write(&test, "successors.csv", &text));
    let report = import_file(&ctx, &wanted).await.unwrap();
    let found = complaints(&report);
    assert_eq!(
        found,
        [
            (Some(4), "territory-successors-bad-code"),
            (Some(5), "territory-successors-bad-date"),
            (Some(6), "territory-successors-no-act"),
            (Some(7), "territory-successors-itself"),
        ]
    );
    let text: String = text.lines().take(3).map(|line| format!("{line}\n")).collect();
    wanted.successors = Some(write(&test, "successors.csv", &text));
    let report = import_file(&ctx, &wanted).await.unwrap();
    assert_eq!(complaints(&report), [(Some(2), "territory-successors-still-open"), (Some(3), "territory-successors-unknown"),]);
    assert!(!report.written);
}

#[tokio::test]
async fn the_gazetteer_sees_an_import_of_another_process() {
    let (ctx, test) = small().await;
    let gazetteer = Gazetteer::new();
    let mut conn = ctx.db().read().await.unwrap();
    let before = gazetteer.places(&mut conn).await.unwrap();
    assert_eq!(before.get("26241").unwrap().name, "Львівська");
    drop(conn);
    let path = file(&test, "renamed.csv", |mut row| {
        if row[0] == "UA46000000000026241" {
            row[3] = "Галицька".to_owned();
        }
        Some(row)
    });
    import_file(&ctx, &options(path, "2026-11-01")).await.unwrap();
    let mut conn = ctx.db().read().await.unwrap();
    let after = gazetteer.places(&mut conn).await.unwrap();
    assert_eq!(after.get("26241").unwrap().name, "Галицька");
}
