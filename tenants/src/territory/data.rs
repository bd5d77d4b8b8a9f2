//! The codifier and the centre points that ship inside the product, and reading files of the same shape.

use std::io::Read;

use flate2::read::GzDecoder;
use ratusha_platform::{AppError, AppResult};

/// The date of the shipped edition, as its packager gives it; the workbook's own title block still names
/// 19.01.2024, and the file carries the renames of September 2024.
pub const EDITION: &str = "2026-07-07";

static CODIFIER: &[u8] = include_bytes!("../../data/katottg.csv.gz");
static CENTROIDS: &[u8] = include_bytes!("../../data/hromadas_centroids.csv.gz");

/// The shipped codifier, unpacked: CSV with the columns `code,parent,category,name`.
///
/// # Errors
/// Internal, when the product was built from a damaged file.
pub fn codifier() -> AppResult<Vec<u8>> {
    unpack(CODIFIER, u64::MAX).map_err(AppError::internal)
}

/// Unpacks gzip up to `limit` bytes.
pub(super) fn unpack(packed: &[u8], limit: u64) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    GzDecoder::new(packed).take(limit).read_to_end(&mut out)?;
    Ok(out)
}

/// Where a community lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centroid {
    /// The first characters of the code.
    pub prefix: String,
    /// Latitude in millionths of a degree.
    pub lat: i64,
    /// Longitude in millionths of a degree.
    pub lon: i64,
}

/// The shipped centre points.
///
/// # Errors
/// Internal, when the product was built from a damaged file.
pub fn centroids() -> AppResult<Vec<Centroid>> {
    let text = unpack(CENTROIDS, u64::MAX).map_err(AppError::internal)?;
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let mut out = Vec::with_capacity(1800);
    for record in reader.records() {
        let record = record.map_err(AppError::internal)?;
        let (Some(prefix), Some(lat), Some(lon)) = (record.get(0), record.get(4), record.get(5)) else {
            return Err(AppError::broken("centre points: a row is too short"));
        };
        let (Some(lat), Some(lon)) = (micro(lat), micro(lon)) else {
            return Err(AppError::broken(format!("centre points: {prefix} has no number")));
        };
        out.push(Centroid { prefix: prefix.to_owned(), lat, lon });
    }
    Ok(out)
}

/// Decimal degrees as millionths, cut after the sixth digit: `44.80935611` is 44809356.
fn micro(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let value = whole.parse::<i64>().ok()? * 1_000_000 + part.parse::<i64>().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::{
        Category,
        import::{Source, read_codifier},
        oblast_prefix, tail_of,
    };
    use std::collections::{HashMap, HashSet};

    fn shipped() -> Source {
        let source = read_codifier(&codifier().unwrap());
        assert!(source.errors.is_empty(), "{:?}", source.errors);
        source
    }

    #[test]
    fn the_shipped_codifier_is_whole() {
        let rows = shipped().rows;
        assert_eq!(rows.len(), 31_744);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for row in &rows {
            *counts.entry(row.category.letter()).or_default() += 1;
        }
        let expected = [("O", 25), ("K", 2), ("P", 136), ("H", 1772), ("M", 461), ("X", 1979), ("C", 27_261), ("B", 108)];
        assert_eq!(counts, expected.into_iter().collect());

        let tails: HashSet<&str> = rows.iter().filter_map(|row| tail_of(&row.code)).collect();
        assert_eq!(tails.len(), rows.len(), "a tail names one object");
        let codes: HashSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
        assert!(rows.iter().all(|r| r.parent.as_deref().is_none_or(|p| codes.contains(p))));
    }

    #[test]
    fn crimea_and_sevastopol_are_ukraine() {
        let rows = shipped().rows;
        let top: Vec<&str> = rows.iter().filter(|r| matches!(r.category, Category::O | Category::K)).map(|r| r.name.as_str()).collect();
        assert_eq!(top.len(), 27);
        assert!(top.contains(&"Автономна Республіка Крим") && top.contains(&"Севастополь"));
        assert!(rows.iter().all(|r| r.code.starts_with("UA")));
        let inside = |prefix| rows.iter().filter(|r| oblast_prefix(&r.code) == Some(prefix)).count();
        assert!(inside("01") > 1000 && inside("85") == 5 && inside("80") == 11);
    }

    #[test]
    fn centre_points_lie_in_ukraine_and_belong_to_communities() {
        let rows = shipped().rows;
        let communities: HashSet<&str> = rows.iter().filter(|r| r.category == Category::H).filter_map(|r| r.code.get(..9)).collect();
        let points = centroids().unwrap();
        assert_eq!(points.len(), 1769);
        for point in &points {
            assert!((44_000_000..53_000_000).contains(&point.lat), "{point:?}");
            assert!((22_000_000..41_000_000).contains(&point.lon), "{point:?}");
        }
        let elsewhere: Vec<&str> = points.iter().map(|p| p.prefix.as_str()).filter(|prefix| !communities.contains(prefix)).collect();
        assert_eq!(elsewhere.len(), 3, "two special cities and the exclusion zone: {elsewhere:?}");
    }

    #[test]
    fn degrees_become_millionths() {
        assert_eq!(micro("44.80935611"), Some(44_809_356));
        assert_eq!(micro("-0.5"), Some(-500_000));
        assert_eq!(micro("31"), Some(31_000_000));
        assert_eq!(micro("x"), None);
    }
}
