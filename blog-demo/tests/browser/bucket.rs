//! A bucket that lets the blog's pages in, as one does that was told so (`PutBucketCors`): a real S3
//! server behind a relay that adds the headers.

use std::io::{BufRead, BufReader, Write, copy};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use lambdafy_backends::S3;
use lambdafy_emulator::FrontDoor;

use crate::blog_folder::BlogFolder;
use crate::running::{Server, function};
use crate::stories::{alone, tell};

/// What S3 answers a browser that asks first.
const ALLOWED: &str = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\n\
    access-control-allow-methods: PUT\r\naccess-control-allow-headers: content-type\r\n\
    content-length: 0\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_from_the_browser_into_the_bucket_on_a_server() {
    let _alone = alone().await;
    let (s3, blog, place) = blog();
    let server = Server::start(&blog);
    tell("bucket.mjs", &server.url, &[&place]).await;
    drop(s3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_past_the_limit_of_the_front_door_into_the_bucket_of_a_function() {
    let _alone = alone().await;
    let (s3, blog, place) = blog();
    let (emulator, url) = function(&blog, FrontDoor::FunctionUrl, &[]).await;
    tell("bucket.mjs", &url, &[&place, "limited"]).await;
    emulator.stop().await;
    drop(s3);
}

/// A blog whose images are in a bucket, and the bucket's origin.
fn blog() -> (S3, BlogFolder, String) {
    let s3 = S3::start([127, 0, 0, 1].into(), None).unwrap();
    s3.put("pictures", "blog/first", b"").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let to = s3.address();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            std::thread::spawn(move || relay(&client.unwrap(), to));
        }
    });
    let place = format!("http://{address}");
    let mut blog = BlogFolder::empty();
    for (name, value) in s3.environment_at(address) {
        blog.set(name, &value);
    }
    blog.set("BLOG_IMAGES", "s3://pictures/blog");
    blog.set("S3_ENDPOINT", &place);
    (s3, blog, place)
}

/// One request; its answer with the header that lets a browser have it. Who has gone is let go.
fn relay(mut client: &TcpStream, to: SocketAddr) {
    let mut request = BufReader::new(client.try_clone().unwrap());
    let Some(head) = head(&mut request, "connection: close\r\n") else { return };
    if head.starts_with("OPTIONS ") {
        drop(client.write_all(ALLOWED.as_bytes()));
        return;
    }
    let mut server = TcpStream::connect(to).unwrap();
    server.write_all(head.as_bytes()).unwrap();
    let mut up = server.try_clone().unwrap();
    std::thread::spawn(move || copy(&mut request, &mut up));
    let mut answer = BufReader::new(server);
    // One that says "100 Continue" may come before the answer.
    while let Some(head) = self::head(&mut answer, "access-control-allow-origin: *\r\n") {
        drop(client.write_all(head.as_bytes()));
        if !head.starts_with("HTTP/1.1 1") {
            drop(copy(&mut answer, &mut client));
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
}

/// A head with one more header; the connection is for one request.
fn head(from: &mut impl BufRead, more: &str) -> Option<String> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            return Some(head + more + "\r\n");
        }
        if !line.to_ascii_lowercase().starts_with("connection:") {
            head += &line;
        }
    }
}
