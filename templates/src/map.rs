//! The map of Ukraine by oblast: 27 units, Crimea and Sevastopol among them, drawn beside its table.

use std::fmt::Write;
use std::sync::LazyLock;

use askama::Template;
use ratusha_platform::Lang;

use crate::{Html, Ui};

/// One first-level unit of Ukraine on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The first two digits of its KATOTTG code, e.g. `46` for Lviv.
    pub prefix: &'static str,
    /// Two letters that name its shape, e.g. `LV`.
    pub id: &'static str,
    /// Ukrainian name as in the codifier, with "область" where it is one.
    pub uk: &'static str,
    /// English name.
    pub en: &'static str,
    /// Where its label stands, in the units of the drawing.
    pub at: (i32, i32),
    /// Outline as SVG path data.
    pub path: &'static str,
}

impl Region {
    /// Its name in `lang`.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Uk => self.uk,
            Lang::En => self.en,
        }
    }
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| include_str!("../assets/ukraine.tsv").lines().filter_map(parse).collect());

fn parse(line: &'static str) -> Option<Region> {
    let mut cells = line.split('\t');
    Some(Region {
        prefix: cells.next()?,
        id: cells.next()?,
        uk: cells.next()?,
        en: cells.next()?,
        at: (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?),
        path: cells.next()?,
    })
}

/// All 27 units: oblasts by code, then the two cities, so that these lie on top.
#[must_use]
pub fn regions() -> &'static [Region] {
    &REGIONS
}

/// The unit of a two-digit prefix, a whole KATOTTG code (`UA46…`) or a shape id (`LV`, any case).
#[must_use]
pub fn region(code: &str) -> Option<&'static Region> {
    let prefix = code.strip_prefix("UA").filter(|rest| rest.len() > 2).map_or(code, |rest| rest.get(..2).unwrap_or(rest));
    REGIONS.iter().find(|r| r.prefix == prefix || r.id.eq_ignore_ascii_case(code))
}

/// A unit with its figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapRow {
    /// Whatever [`region`] understands.
    pub code: String,
    /// The figure.
    pub value: i64,
}

/// A map beside its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapFigure {
    /// What it shows.
    pub caption: String,
    /// What the figure is, for the head of the table.
    pub value_label: String,
    /// Units that have a figure; those left out count as zero.
    pub rows: Vec<MapRow>,
    /// Where a unit leads: a path in which `{code}` stands for its two digits; empty for no links.
    pub link: String,
    /// What to say of units at zero, before their names, e.g. "No practices yet:".
    pub zero_label: String,
}

/// The step (0 to 5) of each value: zero is 0, the others fall into five groups of about equal size.
fn steps(values: &[(&'static Region, i64)]) -> Vec<(&'static Region, i64, usize)> {
    let mut distinct: Vec<i64> = values.iter().map(|v| v.1).filter(|v| *v > 0).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let step = |value: i64| match distinct.binary_search(&value) {
        Ok(_) if distinct.len() == 1 => 3,
        Ok(rank) if distinct.len() < 5 => 1 + rank * 4 / (distinct.len() - 1),
        Ok(rank) => 1 + rank * 5 / distinct.len(),
        Err(_) => 0,
    };
    values.iter().map(|(region, value)| (*region, *value, step(*value))).collect()
}

/// The drawing alone: each unit coloured by its value in five steps, labelled with it, and linked where `link` gives an address.
///
/// `values` are pairs of whatever [`region`] understands and a figure; the rest counts as zero.
#[must_use]
pub fn svg(ui: &Ui, values: &[(&str, i64)], link: impl Fn(&Region) -> Option<String>) -> Html {
    let all: Vec<_> = REGIONS.iter().map(|r| (r, values.iter().filter(|(code, _)| region(code) == Some(r)).map(|v| v.1).sum())).collect();
    let mut shapes = String::new();
    let mut labels = String::new();
    for (region, value, step) in steps(&all) {
        let title = ui.ta("ui-map-region", &[("name", region.name(ui.lang).into()), ("value", ui.number(value).into())]);
        let title = Html::text(&title);
        // The two cities are smaller than a finger and a figure, so each also gets a disc.
        let (x, y) = region.at;
        let is_city = matches!(region.id, "KC" | "SC");
        let disc = if is_city { format!("<circle class=\"s{step}\" cx=\"{x}\" cy=\"{y}\" r=\"17\"/>") } else { String::new() };
        let shape = format!("<g><title>{title}</title><path class=\"s{step}\" d=\"{}\"/>{disc}</g>", region.path);
        let written = match link(region) {
            Some(url) => write!(shapes, "<a href=\"{}\" aria-label=\"{title}\">{shape}</a>", Html::text(&ui.url(url))),
            None => write!(shapes, "{shape}"),
        };
        let labelled = if value == 0 {
            Ok(())
        } else {
            write!(labels, "<text class=\"on{step}\" x=\"{x}\" y=\"{}\">{}</text>", y + 7, ui.number(value))
        };
        // Writing into a string cannot fail.
        debug_assert!(written.and(labelled).is_ok());
    }
    Html::trusted(format!(
        "<svg class=\"map\" viewBox=\"0 0 980 660\" role=\"group\" aria-label=\"{}\">{shapes}<g aria-hidden=\"true\">{labels}</g></svg>",
        Html::text(&ui.t("ui-map-of-ukraine"))
    ))
}

#[derive(Template)]
#[template(path = "components/map.html")]
struct MapView<'a> {
    ui: &'a Ui,
    f: &'a MapFigure,
    svg: Html,
    rows: Vec<(&'static Region, i64, usize)>,
    zeros: Vec<&'static str>,
}

impl MapView<'_> {
    fn link(&self, region: &Region) -> Option<String> {
        link_of(self.f, region)
    }
}

fn link_of(figure: &MapFigure, region: &Region) -> Option<String> {
    (!figure.link.is_empty()).then(|| figure.link.replace("{code}", region.prefix))
}

impl Ui {
    /// A map beside its table, the largest figures first.
    #[must_use]
    pub fn map(&self, figure: &MapFigure) -> Html {
        let values: Vec<(&str, i64)> = figure.rows.iter().map(|r| (r.code.as_str(), r.value)).collect();
        let svg = svg(self, &values, |region| link_of(figure, region));
        let all: Vec<_> =
            REGIONS.iter().map(|r| (r, values.iter().filter(|(code, _)| region(code) == Some(r)).map(|v| v.1).sum())).collect();
        let mut rows = steps(&all);
        let zeros = rows.iter().filter(|r| r.1 == 0).map(|r| r.0.name(self.lang)).collect();
        rows.retain(|r| r.1 != 0);
        rows.sort_by_key(|r| std::cmp::Reverse(r.1));
        Html::from_template(&MapView { ui: self, f: figure, svg, rows, zeros })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of the outline of `path` (relative lines after absolute moves), one list per ring.
    fn rings(path: &str) -> Vec<Vec<(f64, f64)>> {
        let mut rings: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut here = (0.0, 0.0);
        let mut rest = path;
        while let Some(command) = rest.chars().next() {
            let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |i| i + 1);
            let numbers: Vec<f64> =
                rest[1..end].replace('-', " -").split([' ', ',']).filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect();
            rest = &rest[end..];
            match command {
                'M' => {
                    here = (numbers[0], numbers[1]);
                    rings.push(vec![here]);
                }
                'm' => {
                    here = (here.0 + numbers[0], here.1 + numbers[1]);
                    rings.push(vec![here]);
                }
                'l' => {
                    for pair in numbers.chunks(2) {
                        here = (here.0 + pair[0], here.1 + pair[1]);
                        rings.last_mut().unwrap().push(here);
                    }
                }
                'z' | 'Z' => here = rings.last().unwrap()[0],
                other => panic!("command {other}"),
            }
        }
        rings
    }

    fn inside(point: (f64, f64), path: &str) -> bool {
        let mut odd = false;
        for ring in rings(path) {
            for (i, a) in ring.iter().enumerate() {
                let b = ring[(i + 1) % ring.len()];
                if (a.1 > point.1) != (b.1 > point.1) && point.0 < (b.0 - a.0) * (point.1 - a.1) / (b.1 - a.1) + a.0 {
                    odd = !odd;
                }
            }
        }
        odd
    }

    #[test]
    fn all_27_units_of_the_codifier_are_on_the_map() {
        let codifier = [
            ("01", "Автономна Республіка Крим"),
            ("05", "Вінницька"),
            ("07", "Волинська"),
            ("12", "Дніпропетровська"),
            ("14", "Донецька"),
            ("18", "Житомирська"),
            ("21", "Закарпатська"),
            ("23", "Запорізька"),
            ("26", "Івано-Франківська"),
            ("32", "Київська"),
            ("35", "Кіровоградська"),
            ("44", "Луганська"),
            ("46", "Львівська"),
            ("48", "Миколаївська"),
            ("51", "Одеська"),
            ("53", "Полтавська"),
            ("56", "Рівненська"),
            ("59", "Сумська"),
            ("61", "Тернопільська"),
            ("63", "Харківська"),
            ("65", "Херсонська"),
            ("68", "Хмельницька"),
            ("71", "Черкаська"),
            ("73", "Чернівецька"),
            ("74", "Чернігівська"),
            ("80", "Київ"),
            ("85", "Севастополь"),
        ];
        assert_eq!(regions().len(), 27);
        for (prefix, name) in codifier {
            let region = region(prefix).unwrap();
            assert_eq!(region.uk.trim_end_matches(" область"), name);
            assert_eq!(super::region(&format!("UA{prefix}000000000012345")), Some(region));
            assert!(inside((f64::from(region.at.0), f64::from(region.at.1)), region.path), "label of {name} stands outside it");
        }
    }

    #[test]
    fn crimea_is_inside_the_drawing() {
        // Simferopol, by the scale of the source: 44.95 N, 34.10 E.
        let crimea = region("01").unwrap();
        assert!(inside((642.0, 604.0), crimea.path));
        for other in regions().iter().filter(|r| r.prefix != "01") {
            assert!(!inside((642.0, 604.0), other.path), "{}", other.uk);
        }
        let points: Vec<(f64, f64)> = rings(crimea.path).concat().into_iter().chain(rings(region("85").unwrap().path).concat()).collect();
        assert!(points.iter().all(|(x, y)| (0.0..=980.0).contains(x) && (0.0..=660.0).contains(y)));
    }

    #[test]
    fn colours_follow_the_values_in_five_steps() {
        let of = |values: &[i64]| {
            steps(&values.iter().zip(regions()).map(|(v, r)| (r, *v)).collect::<Vec<_>>()).into_iter().map(|s| s.2).collect::<Vec<_>>()
        };
        assert_eq!(of(&[0, 1, 2, 3, 4, 5]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(of(&[0, 7, 7]), [0, 3, 3]);
        assert_eq!(of(&[1, 1000]), [1, 5]);
        assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        assert_eq!(of(&[]), [0_usize; 0]);
    }
}
