//! What the front doors take, and how they refuse the rest.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::time::Duration;

use lambdafy_emulator::{Activity, Emulator, EmulatorBuilder, EndReason, FrontDoor, SandboxState};
use serde_json::json;
use support::{Client, Received, by_hand, raw, request};

fn behind(door: FrontDoor) -> EmulatorBuilder {
    Emulator::builder().app(by_hand()).source(door)
}

/// Sends one GET with these headers to a new front door.
async fn get(door: FrontDoor, path: &str, headers: &[(&str, &str)]) -> Received {
    let emulator = behind(door).start().await.unwrap();
    Client::connect(emulator.address()).await.send(request("GET", path, headers, "")).await
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused_in_the_words_of_each_front_door() {
    let large = "a".repeat(10_300);
    for (door, status, body) in [
        (FrontDoor::RestApi, 431, r#"{"message":"HTTP header is larger than 10240 bytes."}"#),
        (FrontDoor::HttpApi, 431, r#"{"message":"Request Header Fields Too Large"}"#),
        (FrontDoor::HttpApiV1, 431, r#"{"message":"Request Header Fields Too Large"}"#),
    ] {
        let refused = get(door, "/", &[("x-large", &large)]).await;
        assert_eq!((refused.status.as_u16(), refused.text()), (status, body), "{door:?}");
        let taken = get(door, "/", &[("x-large", &large[..10_000])]).await;
        assert_eq!(taken.status, 200, "{door:?}: {}", taken.text());
    }
    for door in [FrontDoor::Alb, FrontDoor::FunctionUrl] {
        assert_eq!(get(door, "/", &[("x-large", &large)]).await.status, 200, "{door:?}");
    }
}

#[tokio::test]
async fn a_load_balancer_has_limits_for_a_line_a_header_and_all_headers() {
    let line = "a".repeat(16 * 1024);
    let refused = get(FrontDoor::Alb, &format!("/{line}"), &[]).await;
    assert_eq!(refused.status, 414);
    assert!(refused.text().contains("414 Request-URI Too Large"), "{}", refused.text());
    let refused = get(FrontDoor::Alb, "/", &[("x-large", &line)]).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("Request Header Or Cookie Too Large"), "{}", refused.text());
    let many = vec![("x-large", &line[..16_000]); 5];
    assert_eq!(get(FrontDoor::Alb, "/", &many).await.status, 400);
    assert_eq!(get(FrontDoor::Alb, "/", &many[..3]).await.status, 200);
}

#[tokio::test]
async fn the_request_line_counts_for_an_http_api() {
    let path = format!("/{}", "a".repeat(10_300));
    assert_eq!(get(FrontDoor::HttpApi, &path, &[]).await.status, 431);
    assert_eq!(get(FrontDoor::RestApi, &path, &[]).await.status, 200);
}

#[tokio::test]
async fn a_load_balancer_refuses_what_it_does_not_pass_on() {
    let emulator = behind(FrontDoor::Alb).start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.send(request("TRACE", "/", &[], "")).await.status, 405);
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")];
    assert_eq!(client.send(request("GET", "/", &upgrade, "")).await.status, 400);
    let addresses = vec!["192.0.2.1"; 31].join(", ");
    let forwarded = [("x-forwarded-for", addresses.as_str())];
    assert_eq!(client.send(request("GET", "/", &forwarded, "")).await.status, 463);
    assert!(emulator.sandboxes().is_empty(), "the function never saw them");
}

#[tokio::test]
async fn what_is_asked_for_and_no_path_is_refused_and_told_as_it_was_asked() {
    for door in [FrontDoor::RestApi, FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let (telling, told) = std::sync::mpsc::channel();
        let observe = move |activity: &Activity| {
            if let Activity::Answered { target, sandbox, .. } = activity {
                let _ = telling.send((target.clone(), *sandbox));
            }
        };
        let emulator = behind(door).observe(observe).start().await.unwrap();
        for (method, target) in [("CONNECT", "example.com:443"), ("OPTIONS", "*"), ("GET", "a")] {
            let head =
                format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            let answer = raw(emulator.address(), head.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{door:?} {answer}");
            assert_eq!(told.recv(), Ok((target.to_owned(), None)), "{door:?}");
        }
        // A client of a proxy names the host too.
        let proxied = b"GET http://x/a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = raw(emulator.address(), proxied).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{door:?} {answer}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    for door in [FrontDoor::RestApi, FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let emulator = behind(door).start().await.unwrap();
        for (version, hosts, status) in [
            ("1.1", "", "400 Bad Request"),
            ("1.1", "host: a\r\nhost: b\r\n", "400 Bad Request"),
            ("1.1", "host: a\r\n", "200 OK"),
            // Older than hosts are.
            ("1.0", "", "200 OK"),
        ] {
            let head = format!("GET / HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
            let answer = raw(emulator.address(), head.as_bytes()).await;
            let expected = format!("HTTP/{version} {status}\r\n");
            assert!(answer.starts_with(&expected), "{door:?} {hosts}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_refusal_has_a_request_id_where_an_answer_has_one() {
    let large = "a".repeat(10_300);
    for (door, name) in [
        (FrontDoor::RestApi, "x-amzn-requestid"),
        (FrontDoor::HttpApi, "apigw-requestid"),
        (FrontDoor::HttpApiV1, "apigw-requestid"),
    ] {
        let refused = get(door, "/", &[("x-large", &large)]).await;
        assert_eq!(refused.status, 431);
        let answered = get(door, "/", &[]).await;
        let (refused, answered) = (refused.header(name), answered.header(name));
        assert_eq!((refused.len(), refused != answered), (answered.len(), true), "{door:?}");
        assert!(!refused.is_empty());
    }
    let url = behind(FrontDoor::FunctionUrl).start().await.unwrap();
    let mut client = Client::connect(url.address()).await;
    let refused = client.post("/", &[], vec![b'a'; 6 * 1024 * 1024 + 1]).await;
    assert_eq!((refused.status.as_u16(), refused.header("x-amzn-requestid").len()), (413, 36));
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused_in_the_words_of_each_front_door() {
    let mb = 1024 * 1024;
    for (door, length, body) in [
        (FrontDoor::RestApi, 10 * mb + 1, "HTTP content length exceeded 10485760 bytes."),
        // Within API Gateway's limit, but over Lambda's.
        (FrontDoor::RestApi, 7 * mb, "Request Too Long"),
        (FrontDoor::HttpApi, 10 * mb + 1, "Request Entity Too Large"),
        (FrontDoor::FunctionUrl, 6 * mb + 1, "Request must be smaller than 6291456 bytes"),
        (FrontDoor::FunctionUrlStream, 6 * mb + 1, "Request must be smaller than 6291456 bytes"),
        (FrontDoor::Alb, mb + 1, "413 Request Entity Too Large"),
        (FrontDoor::AlbMultiValue, mb + 1, "413 Request Entity Too Large"),
    ] {
        let emulator = behind(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let text = [("content-type", "text/plain")];
        let refused = client.post("/", &text, vec![b'a'; length]).await;
        assert_eq!(refused.status, 413, "{door:?}");
        assert!(refused.text().contains(body), "{door:?}: {}", refused.text());
        // The connection is good for the next request.
        assert_eq!(client.get("/").await.status, 200, "{door:?}");
    }
}

#[tokio::test]
async fn a_response_with_too_many_headers_does_not_pass_a_load_balancer() {
    let headers: serde_json::Map<_, _> =
        (0..40).map(|n| (format!("x-{n}"), "a".repeat(1_000).into())).collect();
    let value = json!({"statusCode": 200, "headers": headers, "body": ""});
    for (door, status) in [(FrontDoor::Alb, 502), (FrontDoor::FunctionUrl, 200)] {
        let emulator = behind(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let response = client
            .post("/", &[("content-type", "application/json")], format!("do:verbatim{value}"))
            .await;
        assert_eq!(response.status, status, "{door:?}");
    }
}

#[tokio::test]
async fn the_front_door_waits_as_long_as_it_likes_and_the_function_works_on() {
    for (door, status, body) in [
        (FrontDoor::RestApi, 504, r#"{"message": "Endpoint request timed out"}"#),
        (FrontDoor::HttpApi, 503, r#"{"message":"Service Unavailable"}"#),
        (FrontDoor::Alb, 504, "504 Gateway Time-out"),
    ] {
        let short = behind(door).integration_timeout(Duration::from_millis(50));
        let emulator = short.max_sandboxes(1).start().await.unwrap();
        emulator.invoke("{}").await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let response = client.get("/do:sleep").await;
        assert_eq!(response.status, status, "{door:?}");
        assert!(response.text().contains(body), "{door:?}: {}", response.text());
        assert_eq!(emulator.sandboxes()[0].state(), SandboxState::Busy, "{door:?}");
        // It is the same sandbox that answers next.
        assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 1, "{door:?}");
    }
}

#[tokio::test]
async fn a_function_works_on_when_its_client_goes_away() {
    let emulator = behind(FrontDoor::HttpApi).max_sandboxes(1).start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let address = emulator.address();
    let gone = tokio::spawn(async move { Client::connect(address).await.get("/do:sleep").await });
    while emulator.sandboxes()[0].invocations() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    gone.abort();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(emulator.sandboxes()[0].state(), SandboxState::Busy);
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None);
}

#[tokio::test]
async fn a_head_request_has_the_headers_of_its_answer_and_no_body() {
    let emulator = behind(FrontDoor::HttpApi).start().await.unwrap();
    let answer =
        raw(emulator.address(), b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: ") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn every_method_reaches_the_function() {
    for door in [FrontDoor::RestApi, FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let emulator = behind(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let event = client.send(request(method, "/", &[], "")).await.json();
            let seen =
                event.get("httpMethod").unwrap_or(&event["requestContext"]["http"]["method"]);
            assert_eq!(seen, method, "{door:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_waits_to_be_told_to_go_on_is_told() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let emulator = behind(FrontDoor::HttpApi).start().await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(emulator.address()).await.unwrap();
    let head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\
                 expect: 100-continue\r\nconnection: close\r\n\r\n";
    stream.write_all(head).await.unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"body").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains(r#""body":"body""#) && !answer.contains("expect"), "{answer}");
}

#[tokio::test]
async fn an_upload_in_chunks_is_a_whole_body_for_the_function() {
    for door in [FrontDoor::RestApi, FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let emulator = behind(door).start().await.unwrap();
        let upload = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n\
                       transfer-encoding: chunked\r\nconnection: close\r\n\r\n\
                       3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n";
        let answer = raw(emulator.address(), upload).await;
        assert!(answer.contains(r#""body":"onetwo""#), "{door:?}: {answer}");
        assert!(!answer.to_lowercase().contains("chunked"), "{door:?}: {answer}");
    }
}

#[tokio::test]
async fn a_request_with_more_than_a_hundred_headers_reaches_the_function() {
    let names: Vec<String> = (0..200).map(|n| format!("x-{n}")).collect();
    let headers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let event = get(FrontDoor::HttpApi, "/", &headers).await.json();
    assert_eq!(event["headers"]["x-199"], "1");
}

#[tokio::test]
async fn headers_that_a_front_door_keeps_for_itself_come_under_another_name() {
    let value = json!({
        "statusCode": 200,
        "headers": {"connection": "close", "content-length": "9", "www-authenticate": "Basic",
                    "date": "never", "x-a": "1"},
        "body": "text"
    });
    for door in [FrontDoor::RestApi, FrontDoor::FunctionUrl] {
        let emulator = behind(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let response = client
            .post("/", &[("content-type", "application/json")], format!("do:verbatim{value}"))
            .await;
        assert_eq!(response.header("x-amzn-remapped-connection"), "close", "{door:?}");
        assert_eq!(response.header("x-amzn-remapped-content-length"), "9");
        assert_eq!(response.header("x-amzn-remapped-www-authenticate"), "Basic");
        assert_eq!(response.header("x-amzn-remapped-date"), "never");
        assert_eq!(response.header("content-length"), "4");
        assert_eq!((response.header("connection"), response.header("x-a")), ("", "1"));
    }
}

#[tokio::test]
async fn every_value_of_a_header_under_another_name_is_there() {
    let challenges = json!(["Basic", "Bearer"]);
    let value = json!({"statusCode": 401, "multiValueHeaders": {"www-authenticate": challenges}});
    let emulator = behind(FrontDoor::RestApi).start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    let json = [("content-type", "application/json")];
    let response = client.post("/", &json, format!("do:verbatim{value}")).await;
    let all = response.headers.get_all("x-amzn-remapped-www-authenticate").iter();
    assert_eq!(all.collect::<Vec<_>>(), ["Basic", "Bearer"]);
}

#[tokio::test]
async fn a_stream_ends_in_time_even_if_its_client_does_not_read_on() {
    let (telling, told) = std::sync::mpsc::channel();
    let emulator = behind(FrontDoor::FunctionUrlStream)
        .timeout(Duration::from_millis(500))
        .observe(move |activity| {
            if let Activity::Ended { reason, .. } = activity {
                let _ = telling.send(*reason);
            }
        })
        .start()
        .await
        .unwrap();
    let mut stream = tokio::net::TcpStream::connect(emulator.address()).await.unwrap();
    let get = b"GET /do:flood HTTP/1.1\r\nhost: localhost\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, get).await.unwrap();
    let mut some = [0; 100];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut some).await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    tokio::time::timeout(Duration::from_secs(20), sandbox.ended()).await.unwrap();
    assert_eq!(told.try_recv(), Ok(EndReason::TimedOut));
    // Now it reads on: what was on its way, and no end.
    let mut rest = Vec::new();
    drop(tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it broke off");
    let logs = sandbox.logs();
    assert!(support::said(&logs).iter().any(|line| line.ends_with("timed out after 0.50 seconds")));
}
