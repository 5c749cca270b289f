//! Every front door from nothing to a live version, to the next one, back, and to nothing again.

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::door::Door;
use crate::{app, executables};

/// A front door; `settings` are what it needs besides.
struct Row {
    door: &'static str,
    settings: String,
    /// How the address ends that `deploy` prints.
    url_end: &'static str,
    /// What stands at AWS; `LIVE` is the ARN of the alias.
    made: Value,
    /// The actions that are allowed on the alias, and to whom.
    allowed: Value,
}

fn rows(aws: &Aws) -> [Row; 4] {
    let (vpc, _, subnets) = aws.network();
    let invocation =
        "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/LIVE/invocations";
    let by = |service: &str| json!([["lambda:InvokeFunction", { "Service": service }]]);
    [
        Row {
            door: "rest-api",
            settings: String::new(),
            url_end: ".execute-api.eu-west-1.amazonaws.com/prod/",
            made: json!({ "ANY /": invocation, "ANY /{proxy+}": invocation, "stage": "prod" }),
            allowed: by("apigateway.amazonaws.com"),
        },
        Row {
            door: "http-api",
            settings: "throttle = { rate = 7 }".to_owned(),
            url_end: ".execute-api.eu-west-1.amazonaws.com/",
            made: json!({
                "X-AMAZON-APIGATEWAY-ANY-METHOD /$default": invocation,
                "stage": "$default",
                "rate": 7.0,
            }),
            allowed: by("apigateway.amazonaws.com"),
        },
        Row {
            door: "function-url",
            settings: String::new(),
            url_end: ".lambda-url.eu-west-1.on.aws",
            made: json!({ "auth": "NONE" }),
            allowed: json!([["lambda:InvokeFunction", "*"], ["lambda:InvokeFunctionUrl", "*"]]),
        },
        Row {
            door: "alb",
            settings: format!(
                "alb = {{ vpc = \"{vpc}\", subnets = [\"{}\", \"{}\"] }}",
                subnets[0], subnets[1]
            ),
            url_end: ".elb.amazonaws.com/",
            made: json!({ "target": "LIVE", "multi-value": "true", "balancer": "application" }),
            allowed: by("elasticloadbalancing.amazonaws.com"),
        },
    ]
}

#[test]
fn every_front_door_leads_to_the_live_version_and_goes_with_its_stack() {
    let (aws, door) = (Aws::shared(), Door::open(200));
    for row in rows(aws) {
        let name = format!("ship-{}", row.door);
        let settings = format!("front-door = \"{}\"\n{}", row.door, row.settings);
        let app = app(&name, &door, &settings);
        let (first, second) = executables(&app);
        let live = format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}:live");
        let wanted: Value =
            serde_json::from_str(&row.made.to_string().replace("LIVE", &live)).unwrap();
        let is_there = |when: &str| {
            let found = aws.look(&name);
            assert_eq!(found[row.door], wanted, "{} {when}", row.door);
            assert_eq!(found["allowed"], row.allowed, "{} {when}", row.door);
        };

        let made = aws.run(&app, &["deploy", "--json", "--bootstrap", &first]).json();
        assert_eq!((&made["version"], &made["previous_version"]), (&1.into(), &Value::Null));
        let url = made["url"].as_str().unwrap();
        assert!(url.ends_with(row.url_end), "{url}");
        is_there("after the first deployment");

        let next = aws.run(&app, &["deploy", "--json", "--bootstrap", &second]).json();
        assert_eq!((&next["version"], &next["previous_version"]), (&2.into(), &1.into()));
        assert_eq!(next["url"], made["url"], "{}", row.door);
        let status = aws.run(&app, &["status", "--json"]).json();
        assert_eq!((&status["live_version"], &status["url"]), (&2.into(), &made["url"]));
        is_there("after the second deployment");

        let back = aws.run(&app, &["rollback", "--json"]).json();
        assert_eq!((&back["from"], &back["to"]), (&2.into(), &1.into()));
        assert_eq!(aws.run(&app, &["status", "--json"]).json()["live_version"], 1);
        is_there("after the way back");

        aws.run(&app, &["destroy", "--yes"]).ok();
        assert_eq!(aws.run(&app, &["status"]).code(), 1);
        let found = aws.look(&name);
        assert_eq!((&found[row.door], &found["allowed"]), (&json!({}), &json!([])), "{}", row.door);
    }
}
