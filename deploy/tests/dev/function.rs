//! A function that needs no crate: it prints each event, and answers with it.
//!
//! An event with `"fail": "all"` fails; a message whose body is `bad` is named as failed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn main() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    for (name, value) in std::env::vars() {
        println!("variable {name}={value}");
    }
    loop {
        let next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\n\r\n";
        let (id, event) = call(&api, next.as_bytes());
        let event = String::from_utf8(event).unwrap();
        println!("event {event}");
        let (path, answer) = if event.contains("fail-all") {
            ("error", r#"{"errorType":"Asked","errorMessage":"asked to fail"}"#.to_owned())
        } else if let Some(message) = event.contains("\"body\":\"bad\"").then(|| id_of(&event)) {
            let failure = format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"{message}"}}]}}"#);
            ("response", failure)
        } else {
            let body = event.replace('\\', "\\\\").replace('"', "\\\"");
            (
                "response",
                format!(
                    r#"{{"statusCode":200,"headers":{{"content-type":"application/json"}},"body":"{body}"}}"#
                ),
            )
        };
        let post = format!(
            "POST /2018-06-01/runtime/invocation/{id}/{path} HTTP/1.1\r\nhost: x\r\n\
             content-length: {}\r\n\r\n{answer}",
            answer.len()
        );
        call(&api, post.as_bytes());
    }
}

/// The id of the message whose body is `bad`: its keys are sorted, the body comes before the id.
fn id_of(event: &str) -> String {
    let rest = &event[event.find("\"body\":\"bad\"").unwrap()..];
    let rest = &rest[rest.find("\"messageId\":\"").unwrap() + 13..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// The request id and the body of the answer.
fn call(api: &str, request: &[u8]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(api).unwrap();
    stream.write_all(request).unwrap();
    let mut stream = BufReader::new(stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let line = line.trim().to_owned();
        let lower = line.to_ascii_lowercase();
        if line.is_empty() {
            break;
        } else if lower.starts_with("lambda-runtime-aws-request-id:") {
            id = line.split_once(':').unwrap().1.trim().to_owned();
        } else if lower.starts_with("content-length:") {
            length = line.split_once(':').unwrap().1.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (id, body)
}
