//! A builder for SQL whose shape depends on the request, with `$n` placeholders on both engines.

use sqlx::{
    Any, Arguments, AssertSqlSafe, Encode, FromRow, Type,
    any::{AnyArguments, AnyRow},
};

use super::Conn;

/// SQL text and its bound values; text parts come from code only, values only through `bind`.
#[derive(Default)]
pub struct Sql {
    text: String,
    args: AnyArguments,
    count: usize,
    broken: Option<String>,
}

impl Sql {
    /// Starts with `text`.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Appends text written in code.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends `$n` and binds `value` to it.
    #[must_use]
    pub fn bind<'q, T: Encode<'q, Any> + Type<Any>>(mut self, value: T) -> Self {
        if let Err(error) = self.args.add(value) {
            self.broken = Some(error.to_string());
        }
        self.count += 1;
        self.text.push('$');
        self.text.push_str(&self.count.to_string());
        self
    }

    /// Appends `($n, $n+1, …)`; for an empty list `(NULL)`, which matches nothing.
    #[must_use]
    pub fn list<'q, T: Encode<'q, Any> + Type<Any>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.text.push('(');
        let before = self.count;
        for value in values {
            if self.count > before {
                self.text.push_str(", ");
            }
            self = self.bind(value);
        }
        if self.count == before {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// The text so far, for tests that read query plans.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn check(&mut self) -> sqlx::Result<()> {
        self.broken.take().map_or(Ok(()), |error| Err(sqlx::Error::Encode(error.into())))
    }

    /// All rows as `T`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn all<T>(mut self, conn: &mut Conn) -> sqlx::Result<Vec<T>>
    where
        T: Send + Unpin + for<'r> FromRow<'r, AnyRow>,
    {
        self.check()?;
        sqlx::query_as_with(AssertSqlSafe(self.text), self.args).fetch_all(conn).await
    }

    /// The first row as `T`, if there is one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn optional<T>(mut self, conn: &mut Conn) -> sqlx::Result<Option<T>>
    where
        T: Send + Unpin + for<'r> FromRow<'r, AnyRow>,
    {
        self.check()?;
        sqlx::query_as_with(AssertSqlSafe(self.text), self.args).fetch_optional(conn).await
    }

    /// Runs the statement and tells how many rows it touched.
    ///
    /// # Errors
    /// The driver's.
    pub async fn execute(mut self, conn: &mut Conn) -> sqlx::Result<u64> {
        self.check()?;
        Ok(sqlx::query_with(AssertSqlSafe(self.text), self.args).execute(conn).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_up_and_an_empty_list_matches_nothing() {
        let sql = Sql::new("SELECT id FROM t WHERE a = ")
            .bind(1_i64)
            .push(" AND b IN ")
            .list(["x", "y"])
            .push(" AND c IN ")
            .list(Vec::<i64>::new());
        assert_eq!(sql.text(), "SELECT id FROM t WHERE a = $1 AND b IN ($2, $3) AND c IN (NULL)");
    }
}
