//! Managed Instances: several invocations in one process at the same time.

use futures_util::future::join_all;
use serde_json::Value;

use super::apps::TOGETHER;
use super::function::{Function, event, settings};
use super::support::{ClientRequest, Front};

#[tokio::test]
async fn four_invocations_are_in_the_app_at_once_and_each_gets_its_own_answer() {
    let settings = settings().max_concurrency(TOGETHER);
    let function = Function::start_with("app", settings, &[]).await;
    // Each waits in the app for three others: fewer at once would wait for ever.
    let names: Vec<_> = (0..5 * TOGETHER).map(|number| format!("number={number}")).collect();
    let answers = join_all(names.iter().map(|name| get(&function, format!("/together?{name}"))));
    for (answer, name) in answers.await.iter().zip(&names) {
        assert_eq!(answer["body"].as_str(), Some(&**name));
    }
    assert!(function.api.connections() <= TOGETHER + 1, "{}", function.api.connections());
}

#[tokio::test]
async fn one_that_panics_does_not_hurt_those_beside_it() {
    let settings = settings().max_concurrency(TOGETHER);
    let function = Function::start_with("app", settings, &[]).await;
    for _ in 0..3 {
        let panics = join_all((0..TOGETHER).map(|_| get(&function, "/panic".to_owned()))).await;
        assert!(panics.iter().all(|answer| answer["statusCode"] == 500), "{panics:?}");
        let fine = join_all((0..TOGETHER).map(|_| get(&function, "/together?a".to_owned()))).await;
        assert!(fine.iter().all(|answer| answer["body"] == "a"), "{fine:?}");
    }
}

async fn get(function: &Function, target: String) -> Value {
    let invoked = function.invoke(event(Front::HttpApiV2, &ClientRequest::get(target))).await;
    assert_eq!(invoked.error, None);
    invoked.json().unwrap()
}
