//! A client that writes requests byte for byte and reads whatever comes back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::{Answer, ClientRequest};

/// The answer of the server at `address`.
pub(crate) async fn answer(address: SocketAddr, request: &ClientRequest) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&head(request)).await.unwrap();
    stream.write_all(&request.body).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    parse(&bytes)
}

fn head(request: &ClientRequest) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !request.body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
    }
    head.push_str("Connection: close\r\n\r\n");
    head.into_bytes()
}

/// The answer without the headers that belong to the connection or the server.
fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = text(&bytes[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut fields = Vec::new();
    let mut is_chunked = false;
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "transfer-encoding" => is_chunked = true,
            "connection" | "date" => {}
            _ => fields.push((name.to_owned(), value.trim_matches(' ').to_owned())),
        }
    }
    let body = &bytes[end + 4..];
    let body = match is_chunked && !body.is_empty() {
        true => unchunked(body),
        false => body.to_vec(),
    };
    Answer::new(status.parse().unwrap(), fields, body)
}

/// Bytes that are not UTF-8 are ISO 8859-1, which is how JSON can hold them.
fn text(head: &[u8]) -> String {
    let lines = head.split(|byte| *byte == b'\n').map(|line| {
        let latin_1 = |_| line.iter().map(|byte| char::from(*byte)).collect();
        std::str::from_utf8(line).map_or_else(latin_1, str::to_owned)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        let data = &rest[end + 2..];
        body.extend_from_slice(&data[..size]);
        rest = &data[size + 2..];
    }
}
