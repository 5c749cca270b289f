//! HTTP/1.1 as far as the Runtime API needs it, strict about framing: what a lenient server lets pass
//! would hide a client's mistake.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};

/// A request's head; its body is in [`Connection::body`].
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) path: String,
}

/// A client's connection.
#[derive(Debug)]
pub(super) struct Connection {
    reader: BufReader<TcpStream>,
    line: Vec<u8>,
    body: Vec<u8>,
}

/// How a request says where its body ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Framing {
    #[default]
    None,
    Length(u64),
    Chunked,
}

const LONGEST_LINE: u64 = 16 << 10;
const LARGEST_BODY: u64 = 64 << 20;

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true).context("can't set TCP_NODELAY")?;
        Ok(Self {
            reader: BufReader::with_capacity(64 << 10, stream),
            line: Vec::new(),
            body: Vec::new(),
        })
    }

    /// The last request's body.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The next request; `None` when the client has closed the connection between requests.
    pub(super) fn read(&mut self) -> Result<Option<Head>> {
        if self.reader.fill_buf().map(<[u8]>::is_empty).unwrap_or(true) {
            return Ok(None);
        }
        let head = request_line(self.line()?)?;
        let framing = self.headers()?;
        self.body.clear();
        match framing {
            Framing::None => {}
            Framing::Length(length) => self.append(length)?,
            Framing::Chunked => self.chunks()?,
        }
        Ok(Some(head))
    }

    /// Sends an answer, its head and body in as few packets as they fit in.
    pub(super) fn send(&mut self, head: &str, body: &[u8]) -> Result<()> {
        let stream = self.reader.get_mut();
        if body.len() < 16 << 10 {
            let whole = [head.as_bytes(), body].concat();
            return stream.write_all(&whole).context("can't answer");
        }
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
            .context("can't answer")
    }

    /// A line without its CRLF.
    fn line(&mut self) -> Result<&str> {
        self.line.clear();
        let mut limited = (&mut self.reader).take(LONGEST_LINE);
        limited.read_until(b'\n', &mut self.line).context("the connection broke inside a head")?;
        let line = self.line.strip_suffix(b"\r\n").context("a line that does not end in CRLF")?;
        std::str::from_utf8(line).context("a head that is not UTF-8")
    }

    fn headers(&mut self) -> Result<Framing> {
        let mut framing = Framing::None;
        let mut hosts = 0;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            let value = value.trim();
            let said = match name.to_ascii_lowercase().as_str() {
                "content-length" => Framing::Length(decimal(value)?),
                "transfer-encoding" if value.eq_ignore_ascii_case("chunked") => Framing::Chunked,
                "transfer-encoding" => bail!("transfer-encoding {value}"),
                "host" => {
                    hosts += 1;
                    continue;
                }
                name if name.is_empty() || name.contains([' ', '\t']) => {
                    bail!("the header name {name:?}")
                }
                _ => continue,
            };
            ensure!(framing == Framing::None, "a request that says twice where its body ends");
            framing = said;
        }
        ensure!(hosts == 1, "a request with {hosts} host headers");
        Ok(framing)
    }

    fn append(&mut self, length: u64) -> Result<()> {
        let so_far = self.body.len() as u64;
        ensure!(so_far + length <= LARGEST_BODY, "a body of more than {LARGEST_BODY} bytes");
        let read = (&mut self.reader).take(length).read_to_end(&mut self.body);
        let read = read.context("the connection broke inside a body")?;
        ensure!(read as u64 == length, "the connection ended inside a body");
        Ok(())
    }

    fn chunks(&mut self) -> Result<()> {
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default();
            let length = u64::from_str_radix(digits, 16)
                .with_context(|| format!("the chunk size {digits:?}"))?;
            if length == 0 {
                break;
            }
            self.append(length)?;
            ensure!(self.line()?.is_empty(), "a chunk longer than it says");
        }
        while !self.line()?.is_empty() {}
        Ok(())
    }
}

fn request_line(line: &str) -> Result<Head> {
    let parts: Vec<&str> = line.split(' ').collect();
    match parts[..] {
        [method, path, "HTTP/1.1"] if path.starts_with('/') => {
            Ok(Head { method: method.into(), path: path.into() })
        }
        _ => bail!("the request line {line:?}"),
    }
}

fn decimal(text: &str) -> Result<u64> {
    ensure!(text.bytes().all(|byte| byte.is_ascii_digit()), "the content-length {text:?}");
    text.parse().with_context(|| format!("the content-length {text:?}"))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn parse(bytes: &[u8]) -> Result<(Head, Vec<u8>)> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(bytes).unwrap();
        drop(client);
        let mut connection = Connection::new(listener.accept().unwrap().0).unwrap();
        let head = connection.read()?.context("no request")?;
        Ok((head, connection.body().to_vec()))
    }

    #[test]
    fn chunks_and_trailers_are_read() {
        let sent = b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n1;a=b\r\n!\r\n0\r\nt: 1\r\n\r\n";
        let (head, body) = parse(sent).unwrap();
        assert_eq!(
            (head.method.as_str(), head.path.as_str(), &body[..]),
            ("POST", "/x", &b"hi!"[..])
        );
    }

    #[test]
    fn loose_framing_is_refused() {
        for sent in [
            "GET /x HTTP/1.1\nhost: a\n\n",
            "GET /x HTTP/1.1\r\n\r\n",
            "GET http://a/x HTTP/1.1\r\nhost: a\r\n\r\n",
            "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nhi",
            "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: +2\r\n\r\nhi",
            "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nhi",
            "POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n",
        ] {
            assert!(parse(sent.as_bytes()).is_err(), "{sent}");
        }
    }
}
