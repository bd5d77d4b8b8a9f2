//! Rights are a picture in the repository: role × action × state.

use ratusha_tenants::{Decision, policy};

use crate::golden;

fn mark(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "yes",
        Decision::Deny(policy::SIGN_IN) => "sign in",
        Decision::Deny(_) => "no",
        Decision::Hide => "hidden",
    }
}

#[test]
fn r17_every_right_of_every_role_stands_in_the_golden_matrix() {
    let modules = ratusha_node::modules::all();
    let columns = policy::columns();
    let mut actions: Vec<_> = policy::ACTIONS.iter().chain(modules.actions()).collect();
    actions.sort_by_key(|action| action.name);
    let mut lines =
        vec![format!("{:<28}{:<14}{}", "action", "state", columns.iter().map(|c| format!("{c:<12}")).collect::<String>().trim_end())];
    for action in actions {
        let by_role: Vec<_> = columns.iter().map(|role| (action.rows)(role)).collect();
        let states = by_role.first().map_or(0, Vec::len);
        assert!(by_role.iter().all(|rows| rows.len() == states), "{} has not the same states for every role", action.name);
        for index in 0..states {
            let state = by_role[0][index].0;
            let cells: String = by_role.iter().map(|rows| format!("{:<12}", mark(rows[index].1))).collect();
            lines.push(format!("{:<28}{:<14}{}", action.name, state, cells.trim_end()));
        }
    }
    golden::compare("policy-matrix.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn every_action_has_one_row_and_belongs_to_its_module() {
    let modules = ratusha_node::modules::all();
    let mut names: Vec<&str> = modules.actions().iter().map(|action| action.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "an action is defined twice");
    for module in modules.iter().filter(|module| module.name() != "content") {
        for action in module.actions() {
            assert!(action.name.starts_with(&format!("{}.", module.name())), "{}", action.name);
        }
    }
}
