//! The upper levels of the codifier in memory, so that the place of any unit is known without asking for each parent.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use ratusha_platform::Conn;

use super::{Unit, keys, store};

/// The 1,935 oblasts, special cities, raions and communities of one revision of the codifier.
#[derive(Debug, Default)]
pub struct Places {
    revision: i64,
    units: HashMap<String, Unit>,
    /// Keys of their names, for "…, Львівська область" behind a name.
    keys: Vec<(String, String)>,
}

impl Places {
    /// The unit with this tail, if it is one of the upper levels.
    #[must_use]
    pub fn get(&self, tail: &str) -> Option<&Unit> {
        self.units.get(tail)
    }

    /// Open units whose name begins with what `key` is the key of.
    pub(super) fn beginning_with<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.keys
            .iter()
            .filter(move |(own, _)| own.starts_with(key))
            .filter_map(|(_, tail)| self.units.get(tail))
            .filter(|unit| unit.is_open())
    }
}

/// A service of the context that keeps [`Places`] and reads them again after an import.
#[derive(Debug, Default)]
pub struct Gazetteer {
    places: RwLock<Arc<Places>>,
}

impl Gazetteer {
    /// Nothing read yet; the first use reads.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The upper levels as they are now: one small statement, and one large one after an import.
    ///
    /// # Errors
    /// The driver's.
    pub async fn places(&self, conn: &mut Conn) -> sqlx::Result<Arc<Places>> {
        let revision = store::revision(conn).await?;
        if let Ok(places) = self.places.read()
            && places.revision == revision
        {
            return Ok(Arc::clone(&places));
        }
        let list = store::list_top(conn).await?;
        let keys = list.iter().map(|unit| (keys::key_of(&unit.name), unit.tail.clone())).collect();
        let units = list.into_iter().map(|unit| (unit.tail.clone(), unit)).collect();
        let places = Arc::new(Places { revision, units, keys });
        if let Ok(mut kept) = self.places.write() {
            *kept = Arc::clone(&places);
        }
        Ok(places)
    }

    /// The units above each of `units`, the nearest first; at most two statements, however many units.
    ///
    /// # Errors
    /// The driver's.
    pub async fn paths(&self, conn: &mut Conn, units: &[Unit]) -> sqlx::Result<Vec<Vec<Unit>>> {
        let places = self.places(conn).await?;
        let missing: Vec<String> = units.iter().filter_map(|unit| unit.parent.clone()).filter(|tail| places.get(tail).is_none()).collect();
        // Only districts of cities have a parent that is not among the upper levels.
        let others: HashMap<String, Unit> = if missing.is_empty() {
            HashMap::new()
        } else {
            let found = store::find_by_tails(conn, &missing).await?;
            found.into_iter().map(|unit| (unit.tail.clone(), unit)).collect()
        };
        let path = |unit: &Unit| {
            let mut path: Vec<Unit> = Vec::with_capacity(4);
            let mut next = unit.parent.as_deref();
            // Five levels at most; the bound keeps damaged data from turning in a circle.
            while let (Some(tail), true) = (next, path.len() < 6) {
                let Some(above) = places.get(tail).or_else(|| others.get(tail)) else { break };
                path.push(above.clone());
                next = above.parent.as_deref();
            }
            path
        };
        Ok(units.iter().map(path).collect())
    }

    /// The units above one unit, the nearest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn ancestors(&self, conn: &mut Conn, unit: &Unit) -> sqlx::Result<Vec<Unit>> {
        let paths = self.paths(conn, std::slice::from_ref(unit)).await?;
        Ok(paths.into_iter().next().unwrap_or_default())
    }

    /// Where a unit lies, in millionths of a degree: its own point, or that of the nearest unit above that has one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn point(&self, conn: &mut Conn, unit: &Unit) -> sqlx::Result<Option<(i64, i64)>> {
        let own = |unit: &Unit| unit.lat.zip(unit.lon);
        if let Some(point) = own(unit) {
            return Ok(Some(point));
        }
        Ok(self.ancestors(conn, unit).await?.iter().find_map(own))
    }
}
