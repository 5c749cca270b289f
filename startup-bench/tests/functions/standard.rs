//! A function of the standard library alone: rustc makes it in a second, and its linker is free to lay
//! out anything otherwise.

use std::io::{Read, Write};
use std::net::TcpStream;

fn respond(api: &str, id: &str) {
    let answer = r#"{"statusCode":200,"body":""}"#;
    let length = answer.len();
    let path = format!("{id}/response HTTP/1.1\r\nContent-Length: {length}");
    ask(api, "POST", &path, answer);
}

fn next(api: &str) -> String {
    let answer = ask(api, "GET", "next HTTP/1.1", "");
    let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
    let id = lines.find(|(name, _)| name.eq_ignore_ascii_case("lambda-runtime-aws-request-id"));
    id.unwrap().1.to_owned()
}

fn ask(api: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(api).unwrap();
    let head = format!("{method} /2018-06-01/runtime/invocation/{path}\r\nHost: {api}");
    write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn main() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    loop {
        let id = next(&api);
        respond(&api, &id);
    }
}
