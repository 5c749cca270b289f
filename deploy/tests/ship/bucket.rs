//! The bucket of code: for zips, and for templates beyond what CloudFormation takes in a call.

use std::fmt::Write;

use crate::aws::Aws;
use crate::door::Door;
use crate::{app, executables};

#[test]
fn a_template_too_large_for_a_call_goes_by_way_of_the_code_bucket() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    let app = app("ship-large", &door, "front-door = \"rest-api\"\nopenapi = \"openapi.json\"");
    let mut paths = String::new();
    for number in 0..200 {
        let _ = write!(paths, "\"/pets{number}\": {{ \"get\": {{ \"responses\": {{}} }} }},");
    }
    let document =
        format!("{{ \"openapi\": \"3.0.1\", \"paths\": {{ {} }} }}", paths.trim_end_matches(','));
    std::fs::write(app.folder().join("openapi.json"), document).unwrap();
    let (first, second) = executables(&app);
    aws.run(&app, &["deploy", "--bootstrap", &first]).ok();
    let found = aws.look("ship-large");
    assert_eq!(found["rest-api"].as_object().map(serde_json::Map::len), Some(201), "{found}");

    let answer = aws.run(&app, &["deploy", "--json", "--bootstrap", &second]).json();
    assert_eq!(answer["version"], 2);
    let gone = aws.run(&app, &["destroy", "--yes"]);
    assert!(gone.ok().errors().contains("3 objects"), "two zips and a template: {}", gone.errors());
}

#[test]
fn first_deployments_of_an_account_at_the_same_time_share_the_bucket() {
    let (aws, door) = (Aws::fresh(), Door::open(200));
    std::thread::scope(|scope| {
        for name in ["ship-one", "ship-other"] {
            let (aws, door) = (&aws, &door);
            scope.spawn(move || {
                let app = app(name, door, "");
                let (first, _) = executables(&app);
                let done = aws.run(&app, &["deploy", "--bootstrap", &first]);
                // moto hides what the faster one made from the other one's look.
                let said = done.ok().errors();
                assert!(said.contains("making the bucket lambdafy-code-"), "{said}");
            });
        }
    });
}
