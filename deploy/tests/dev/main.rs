//! `cargo lambdafy dev`, as a user runs it: a project is built and run, and gets requests and
//! events from real clients: a plain HTTP one, and AWS's for Python (boto3).

#![cfg(all(unix, feature = "dev"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[path = "../support/mod.rs"]
mod support;

mod guide;
mod running;

use running::{Running, boto3, get, post};
use serde_json::Value;

const SETTINGS: &str = r#"
memory-mb = 256
timeout-s = 5
environment = { GREETING = "hello" }
reserved-concurrency = 4
event-paths = { sqs = "/jobs" }
database = { engine = "mysql", instance-class = "db.t4g.micro" }
vpc = { subnets = ["subnet-1", "subnet-2"], security-groups = ["sg-1"] }

[[package.metadata.lambdafy.bucket]]
name = "files"
events = ["created", "removed"]
prefix = "in/"

[[package.metadata.lambdafy.queue]]
name = "jobs"
send = true
tries = 2

[[package.metadata.lambdafy.schedule]]
name = "nightly"
expression = "cron(0 3 * * ? *)"
"#;

#[test]
fn the_declared_function_runs_behind_the_declared_front_door() {
    let twin = Running::start("dev-doors", SETTINGS, &["--front-door", "rest-api"]);
    let (status, body) = get(&twin.url("/a%2Fb?x=1"));
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &event["path"], &event["httpMethod"]),
        (200, &"/a%2Fb".into(), &"GET".into())
    );
    assert_eq!(event["requestContext"]["stage"].as_str().map(str::is_empty), Some(false));
    // What is declared is what the function finds.
    let variables = twin.variables();
    let is = |name: &str, value: &str| variables.contains(&format!("{name}={value}"));
    assert!(
        is("GREETING", "hello") && is("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        "{variables:?}"
    );
    assert!(is("BUCKET_FILES", "dev-doors-files-123456789012-us-east-1"), "{variables:?}");
    assert!(is("LAMBDAFY_PASS_THROUGH_PATHS", "aws:sqs=/jobs"), "{variables:?}");
    assert!(!variables.iter().any(|one| one.starts_with("DATABASE_HOST=")), "{variables:?}");
    // What is not as on AWS is said.
    let limits = twin.listening["limits"].to_string();
    for said in ["no database is made", "permissions are not looked at", "throttling is not here"] {
        assert!(limits.contains(said), "{limits}");
    }
}

#[test]
fn each_front_door_makes_its_own_event_and_the_command_line_wins() {
    for (door, key) in [("function-url", "rawPath"), ("http-api", "rawPath")] {
        let twin = Running::start(
            &format!("dev-{door}"),
            "environment = { A_B = \"declared\" }",
            &["--front-door", door, "--env", "A_B=given", "--env", "DATABASE_HOST=127.0.0.1"],
        );
        let event: Value = serde_json::from_str(&get(&twin.url("/x")).1).unwrap();
        assert_eq!((&event["version"], &event[key]), (&"2.0".into(), &"/x".into()), "{door}");
        let variables = twin.variables();
        assert!(variables.contains(&"A_B=given".to_owned()));
        assert!(variables.contains(&"DATABASE_HOST=127.0.0.1".to_owned()));
    }
    let alb = "front-door = \"alb\"\nalb = { vpc = \"vpc-1\", subnets = [\"a\", \"b\"] }";
    let twin = Running::start("dev-alb", alb, &[]);
    let event: Value = serde_json::from_str(&get(&twin.url("/x?a=1&a=2")).1).unwrap();
    assert_eq!(event["multiValueQueryStringParameters"]["a"], serde_json::json!(["1", "2"]));
}

#[test]
fn an_object_that_is_put_or_removed_becomes_s3s_event() {
    let twin = Running::start("dev-objects", SETTINGS, &[]);
    let python = "
import boto3, os
s3 = boto3.client('s3')
bucket = os.environ['BUCKET_FILES']
s3.put_object(Bucket=bucket, Key='elsewhere/a.txt', Body=b'not told')
s3.put_object(Bucket=bucket, Key='in/my photo+1.jpg', Body=b'hello')
assert s3.get_object(Bucket=bucket, Key='in/my photo+1.jpg')['Body'].read() == b'hello'
s3.copy_object(Bucket=bucket, Key='in/copy', CopySource={'Bucket': bucket, 'Key': 'elsewhere/a.txt'})
s3.delete_object(Bucket=bucket, Key='in/copy')
s3.delete_object(Bucket=bucket, Key='in/never-was')
";
    boto3(&twin, python);
    let events = twin.events(3);
    let records: Vec<_> = events.iter().map(|event| &event["Records"][0]).collect();
    let named = |name: &str| {
        let found = records.iter().find(|record| record["eventName"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {records:?}"))["s3"].clone()
    };
    let put = named("ObjectCreated:Put");
    assert_eq!(put["object"]["key"], "in/my+photo%2B1.jpg");
    assert_eq!(
        (&put["object"]["size"], &put["object"]["eTag"]),
        (&5.into(), &"5d41402abc4b2a76b9719d911017c592".into())
    );
    assert_eq!(put["bucket"]["name"], "dev-objects-files-123456789012-us-east-1");
    assert_eq!(named("ObjectCreated:Copy")["object"]["key"], "in/copy");
    assert_eq!(named("ObjectRemoved:Delete")["object"]["key"], "in/copy");
}

#[test]
fn messages_come_in_batches_are_tried_again_and_become_dead_letters() {
    let twin = Running::start("dev-messages", SETTINGS, &["--retry-after", "1s"]);
    let python = "
import boto3, os
sqs = boto3.client('sqs')
url = os.environ['QUEUE_JOBS_URL']
assert sqs.get_queue_url(QueueName='dev-messages-jobs')['QueueUrl'] == url
sqs.send_message(QueueUrl=url, MessageBody='first',
                 MessageAttributes={'kind': {'DataType': 'String', 'StringValue': 'x'}})
done = sqs.send_message_batch(QueueUrl=url, Entries=[
    {'Id': '1', 'MessageBody': 'good'}, {'Id': '2', 'MessageBody': 'bad'}])
assert len(done['Successful']) == 2, done
try:
    sqs.send_message(QueueUrl=url, MessageBody='x' * (1024 * 1024 + 1))
    raise SystemExit('too large a message was taken')
except sqs.exceptions.ClientError as error:
    assert 'SQS takes 1048576' in str(error), error
try:
    sqs.send_message(QueueUrl=url + 'x', MessageBody='x')
    raise SystemExit('a queue that is not declared took a message')
except sqs.exceptions.QueueDoesNotExist:
    pass
";
    boto3(&twin, python);
    // `bad` is tried twice and is a dead letter then; nothing else comes again.
    let letter = twin.source("a dead letter now");
    let path = letter.split("kept in ").nth(1).unwrap().split(".json").next().unwrap();
    let letter = std::fs::read_to_string(format!("{path}.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&letter).unwrap()["body"], "bad");
    let events = twin.events(2);
    let records: Vec<_> =
        events.iter().flat_map(|event| event["Records"].as_array().unwrap()).collect();
    let tries = |body: &str| {
        let of_body = records.iter().filter(|record| record["body"] == body);
        of_body.map(|one| one["attributes"]["ApproximateReceiveCount"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((tries("first"), tries("good")), (vec!["1".into()], vec!["1".into()]));
    assert_eq!(tries("bad"), [Value::from("1"), "2".into()]);
    let first = records.iter().find(|record| record["body"] == "first").unwrap();
    assert_eq!(first["messageAttributes"]["kind"]["stringValue"], "x");
    assert_eq!(first["eventSourceARN"], "arn:aws:sqs:us-east-1:123456789012:dev-messages-jobs");
}

#[test]
fn a_message_and_a_schedule_can_be_sent_by_hand_but_not_by_a_web_page() {
    let twin = Running::start("dev-by-hand", SETTINGS, &[]);
    let sources = twin.listening["sources_url"].as_str().unwrap();
    assert_eq!(post(&format!("{sources}/queues/jobs"), "{\"order\":1}", &[]).0, 200);
    assert_eq!(post(&format!("{sources}/schedules/nightly"), "", &[]).0, 202);
    assert_eq!(post(&format!("{sources}/queues/none"), "x", &[]).0, 404);
    assert_eq!(post(&format!("{sources}/queues/jobs"), "", &[]).0, 400);
    assert_eq!(post(&format!("{sources}/queues/jobs"), "x", &["origin: http://evil.test"]).0, 403);
    let events = twin.events(2);
    let schedule = events.iter().find(|event| event["source"] == "aws.events").unwrap();
    assert_eq!(schedule["detail-type"], "Scheduled Event");
    assert!(schedule["resources"][0].as_str().unwrap().ends_with(":rule/dev-by-hand-nightly"));
    let message = events.iter().find(|event| event["Records"].is_array()).unwrap();
    assert_eq!(message["Records"][0]["body"], "{\"order\":1}");
}

#[test]
fn a_schedule_is_due_by_the_clock() {
    let minutely = "[[package.metadata.lambdafy.schedule]]\nname = \"minutely\"\nexpression = \"cron(* * * * ? *)\"";
    let twin = Running::start("dev-clock", minutely, &[]);
    twin.source("schedule minutely is due");
    let event = &twin.events(1)[0];
    assert!(event["resources"][0].as_str().unwrap().ends_with(":rule/dev-clock-minutely"));
    assert!(event["time"].as_str().unwrap().ends_with(":00Z"), "{event}");
}

#[test]
fn an_event_that_fails_three_times_is_said_to_be_lost() {
    let twin = Running::start(
        "dev-lost",
        "[[package.metadata.lambdafy.bucket]]\nname = \"files\"\nevents = [\"created\"]",
        &["--retry-after", "1s"],
    );
    boto3(
        &twin,
        "
import boto3, os
boto3.client('s3').put_object(Bucket=os.environ['BUCKET_FILES'], Key='fail-all', Body=b'x')
",
    );
    assert!(twin.line("discarded").contains("asked to fail"));
    assert_eq!(twin.events(3).len(), 3);
}

#[test]
fn a_taken_port_and_a_failed_build_are_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = Running::refused("dev-taken", SETTINGS, "fn main() {}", &["--s3-port", &port]);
    assert!(said.contains(&format!("S3: 127.0.0.1:{port} is not free")), "{said}");
    let said = Running::refused("dev-broken", "", "fn main() { nonsense }", &[]);
    assert!(said.contains("nonsense") && said.contains("cargo build failed"), "{said}");
}
