//! Fetching one page again and again over one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is kept, as browsers keep it.
#[derive(Debug)]
pub(super) struct Visitor {
    reader: BufReader<TcpStream>,
    request: Vec<u8>,
    line: Vec<u8>,
}

impl Visitor {
    /// Connects; `None` where nobody listens yet.
    pub(super) fn connect(server: SocketAddr, path: &str) -> Option<Self> {
        let stream = TcpStream::connect(server).ok()?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {server}\r\naccept: text/html\r\n\r\n");
        Some(Self {
            reader: BufReader::with_capacity(64 << 10, stream),
            request: request.into_bytes(),
            line: Vec::new(),
        })
    }

    /// The page's status, when all of it has come.
    ///
    /// # Errors
    /// If the connection ends before, or the answer does not say where the page ends.
    pub(super) fn fetch(&mut self) -> Result<u16> {
        self.reader.get_mut().write_all(&self.request).context("the server hangs up")?;
        let status = self.next_line()?.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.context("the server does not speak HTTP")?;
        let (mut length, mut is_chunked) = (None, false);
        loop {
            let line = self.next_line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = Some(value.trim().parse().context("a length that is no number")?);
            } else if line.starts_with("transfer-encoding:") {
                is_chunked = true;
            }
        }
        if is_chunked {
            self.skip_chunks()?;
        } else {
            self.skip(length.context("a page with neither a length nor chunks")?)?;
        }
        Ok(status)
    }

    fn next_line(&mut self) -> Result<&str> {
        self.line.clear();
        self.reader.read_until(b'\n', &mut self.line).context("the server hangs up")?;
        if self.line.pop() != Some(b'\n') {
            bail!("the server hangs up");
        }
        Ok(std::str::from_utf8(&self.line).context("a head that is no text")?.trim_end())
    }

    fn skip(&mut self, length: u64) -> Result<()> {
        let body = &mut self.reader.by_ref().take(length);
        let there = std::io::copy(body, &mut std::io::sink()).context("the page breaks off")?;
        if there < length { bail!("the page breaks off") } else { Ok(()) }
    }

    fn skip_chunks(&mut self) -> Result<()> {
        loop {
            let length = u64::from_str_radix(self.next_line()?, 16).context("a chunk's length")?;
            self.skip(length)?;
            self.next_line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn pages_of_both_framings_are_read_to_their_ends() {
        let (mut visitor, server) = visitor(&[
            "HTTP/1.1 503 Wait\r\ncontent-length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        ]);
        assert_eq!(visitor.fetch().unwrap(), 503);
        assert_eq!(visitor.fetch().unwrap(), 200);
        assert!(visitor.fetch().unwrap_err().to_string().contains("breaks off"));
        server.join().unwrap();
    }

    #[test]
    fn a_page_without_a_length_is_not_taken_for_an_empty_one() {
        let (mut visitor, server) = visitor(&["HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc"]);
        let said = visitor.fetch().unwrap_err().to_string();
        assert!(said.contains("neither a length nor chunks"), "{said}");
        server.join().unwrap();
    }

    /// A visitor of a server that gives these answers, and hangs up.
    fn visitor(answers: &[&'static str]) -> (Visitor, std::thread::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers = answers.to_vec();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        (Visitor::connect(address, "/").unwrap(), server)
    }

    #[test]
    fn nobody_listens_yet_is_no_error() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(Visitor::connect(closed, "/").is_none());
    }
}
