//! Every resource has only attributes and blocks that the AWS provider knows, and all that it
//! requires.

#[path = "../../tests/support/mod.rs"]
mod support;

use serde_json::Value as Json;

use super::body;
use super::hcl::{Body, Kind};

#[test]
fn every_resource_is_as_the_provider_describes_it() {
    let schema: Json =
        serde_json::from_str(include_str!("../../tests/terraform-schema.json")).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for case in support::cases() {
        for item in body(&case.deployment).items {
            let Kind::Block { name, labels, body } = item.kind else {
                continue;
            };
            if !matches!(name.as_str(), "resource" | "data") {
                continue;
            }
            seen += 1;
            let place = format!("{name}.{}", labels[0]);
            match schema.get(&place) {
                Some(known) => compare(&body, known, &place, &mut wrong),
                None => wrong.push(format!("{place} is not in terraform-schema.json")),
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 500, "only {seen} resources");
}

fn compare(body: &Body, known: &Json, place: &str, wrong: &mut Vec<String>) {
    // What every resource has, whatever the provider says.
    const META: [&str; 2] = ["depends_on", "lifecycle"];
    let names = |key: &str| known[key].as_array().cloned().unwrap_or_default();
    let mut missing = names("required");
    for item in &body.items {
        match &item.kind {
            Kind::Attribute(name, _) => {
                let name = Json::from(name.as_str());
                let is_known =
                    names("required").contains(&name) || names("optional").contains(&name);
                if !is_known && !META.iter().any(|meta| name == *meta) {
                    wrong.push(format!("{place} has no attribute {name}"));
                }
                missing.retain(|one| *one != name);
            }
            Kind::Block { name, body, .. } => match known["blocks"].get(name) {
                Some(known) => compare(body, known, &format!("{place}.{name}"), wrong),
                None if META.contains(&name.as_str()) => {}
                None => wrong.push(format!("{place} has no block {name}")),
            },
        }
    }
    for name in missing {
        wrong.push(format!("{place} lacks {name}"));
    }
}
