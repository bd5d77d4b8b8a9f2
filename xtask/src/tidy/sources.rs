//! Rules about single lines of code: where SQL, axum and wire structs may stand, and who names the tenant.

use super::{File, Finding, Tree};

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.ending(".rs").filter(|file| !file.is_test()) {
        sql(file, &mut findings);
        doors(file, &mut findings);
        tenant_argument(file, &mut findings);
        if !file.text.starts_with("//!") && !file.path.ends_with("build.rs") {
            findings.push(Finding::new(&file.path, "begin the file with //! and a sentence that says what is in it"));
        }
    }
    findings
}

/// True where SQL may stand.
fn may_hold_sql(path: &str) -> bool {
    path.ends_with("/store.rs") || path.contains("/store/") || path.starts_with("platform/src/db/") || path == "platform/src/ctx.rs"
}

fn sql(file: &File, findings: &mut Vec<Finding>) {
    if may_hold_sql(&file.path) {
        return;
    }
    for (line, text) in file.product_lines() {
        if ["sqlx::query", "Sql::new(", "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "].iter().any(|mark| text.contains(mark))
            && !text.trim_start().starts_with("//")
        {
            findings.push(Finding::new(format!("{}:{line}", file.path), "SQL stands only in store.rs"));
        }
    }
}

fn doors(file: &File, findings: &mut Vec<Finding>) {
    let name = file.path.rsplit('/').next().unwrap_or("");
    let in_module = file.path.starts_with("modules/");
    let is_web = name == "web.rs" || file.path.contains("/web/");
    for (line, text) in file.product_lines() {
        let place = || format!("{}:{line}", file.path);
        if text.contains(".route(") && file.path != "platform/src/http/routes.rs" {
            findings.push(Finding::new(place(), "add routes through platform::http::routes::Routes, so that the coverage test knows them"));
        }
        if in_module && !is_web && text.contains("axum::") {
            findings.push(Finding::new(place(), "only web.rs knows axum"));
        }
        if in_module
            && name != "ap.rs"
            && name != "jobs.rs"
            && text.contains("derive(")
            && text.contains("Serialize")
            && !text.contains("Deserialize)]")
        {
            findings.push(Finding::new(place(), "wire structs stand only in ap.rs: core types are not Serialize"));
        }
        if (name == "store.rs" || file.path.contains("/store/")) && text.contains("::service") && text.trim_start().starts_with("use ") {
            findings.push(Finding::new(place(), "store must not import service"));
        }
        if in_module && !is_web && name != "lib.rs" && text.trim_start().starts_with("use ") && text.contains("::web") {
            findings.push(Finding::new(place(), "nobody imports web"));
        }
    }
}

/// Every public function of a store takes the tenant, or says in a comment why the table has none.
fn tenant_argument(file: &File, findings: &mut Vec<Finding>) {
    let is_store = file.path.ends_with("/store.rs") || file.path.contains("/store/");
    // A store whose tables are all node-wide says so once, in the sentence at its head.
    let all_node_wide = file.text.lines().take_while(|line| line.starts_with("//!")).any(|line| line.contains("node-wide"));
    if !is_store || all_node_wide || file.path.starts_with("platform/") {
        return;
    }
    let lines: Vec<&str> = file.product_lines().map(|(_, text)| text).collect();
    for (i, text) in lines.iter().enumerate() {
        let trimmed = text.trim_start();
        if !(trimmed.starts_with("pub") && trimmed.contains("async fn ")) {
            continue;
        }
        let signature: String = lines
            .iter()
            .skip(i)
            .take(12)
            .scan(false, |done, line| {
                if *done {
                    return None;
                }
                *done = line.trim_end().ends_with('{');
                Some(*line)
            })
            .collect::<Vec<_>>()
            .join(" ");
        let above = lines
            .iter()
            .take(i)
            .rev()
            .take_while(|line| line.trim_start().starts_with("//") || line.trim_start().starts_with("#["))
            .any(|line| line.contains("node-wide"));
        if !signature.contains("TenantId") && !signature.contains("&Tenant") && !above {
            findings.push(Finding::new(
                format!("{}:{}", file.path, i + 1),
                "a store function takes the tenant; for a node-wide table say `node-wide` and why in the comment above it",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let tree = Tree { files: vec![File { path: path.to_owned(), text: format!("//! Sample.\n{text}") }] };
        check(&tree).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn sql_outside_a_store_is_found() {
        assert!(findings("modules/practices/src/service.rs", "let q = sqlx::query(\"x\");").iter().any(|f| f.contains("SQL")));
        assert!(
            findings("content/src/index/store.rs", "pub async fn f(conn: &mut Conn, tenant: &TenantId) {\n sqlx::query(\"x\");").is_empty()
        );
    }

    #[test]
    fn a_store_function_without_a_tenant_is_found() {
        let bad = "pub async fn list_all(conn: &mut Conn) -> sqlx::Result<()> {\n}";
        assert_eq!(findings("content/src/index/store.rs", bad).len(), 1);
        assert!(findings("content/src/index/store.rs", &format!("/// node-wide: territory belongs to all.\n{bad}")).is_empty());
    }

    #[test]
    fn axum_and_bare_routes_are_found_where_they_must_not_be() {
        assert_eq!(findings("modules/practices/src/service.rs", "use axum::Router;").len(), 1);
        assert_eq!(findings("modules/practices/src/web.rs", "let r = router.route(\"/x\", get(h));").len(), 1);
    }

    #[test]
    fn code_of_tests_is_left_alone() {
        assert!(findings("modules/practices/src/service.rs", "#[cfg(test)]\nmod tests {\n use axum::Router;\n}").is_empty());
    }
}
