//! The relay: its round-trip time, order, throughput and end.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use lambdafy_backends::Relay;

/// A server on a thread of its own that sends back what it gets, until its connection ends.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                std::io::copy(&mut stream.try_clone().unwrap(), &mut stream)
            });
        }
    });
    address
}

#[test]
fn each_round_trip_takes_its_time_and_the_first_two() {
    let round_trip = Duration::from_millis(20);
    let relay = Relay::start(echo(), round_trip).unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(relay.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    for exchanges in 1..=5 {
        stream.write_all(b"x").unwrap();
        stream.read_exact(&mut [0]).unwrap();
        // One more for the handshake of TCP.
        let least = round_trip * (exchanges + 1);
        assert!(start.elapsed() >= least, "{:?} is less than {least:?}", start.elapsed());
    }
    // Far more would be a relay that waits for more than it is told to. Generous, for a busy machine.
    assert!(start.elapsed() < round_trip * 6 + Duration::from_secs(2));
}

#[test]
fn order_and_throughput_are_kept() {
    let relay = Relay::start(echo(), Duration::from_millis(100)).unwrap();
    let mut stream = TcpStream::connect(relay.address()).unwrap();
    let sent: Vec<u8> =
        (0..16_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let start = Instant::now();
    let mut writer = stream.try_clone().unwrap();
    let bytes = sent.clone();
    let writing = std::thread::spawn(move || {
        writer.write_all(&bytes).unwrap();
        writer.shutdown(std::net::Shutdown::Write).unwrap();
    });
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    writing.join().unwrap();
    assert!(received == sent, "{} of {} bytes came back", received.len(), sent.len());
    // One chunk a round trip would take 24 seconds.
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
}

#[test]
fn connections_end_with_the_relay() {
    let relay = Relay::start(echo(), Duration::from_millis(1)).unwrap();
    let address = relay.address();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"x").unwrap();
    stream.read_exact(&mut [0]).unwrap();
    drop(relay);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_missing_server_closes_the_connection() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let relay = Relay::start(nobody, Duration::from_millis(1)).unwrap();
    let mut stream = TcpStream::connect(relay.address()).unwrap();
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}
