//! What the client sent reaches the app, whatever it holds.

use bytes::Bytes;
use lambdafy::{Options, event};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::config;
use super::support::encoding::{base64, form_decoded, percent_decoded};
use super::support::{ClientRequest, Front, events};

fn event_of(front: Front, request: &ClientRequest) -> Value {
    serde_json::from_slice(&events::event(front, request)).unwrap()
}

fn to_request(event: &str) -> http::Request<lambdafy::Body> {
    event::to_request(event.as_bytes(), &Options::new()).unwrap()
}

/// JSON with every character of every string as `\uXXXX`.
fn escaped(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}

fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (form_decoded(key), form_decoded(value))
        })
        .collect()
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn a_text_body_arrives(text in any::<String>(), filler in 0..200_usize) {
        let text = "a".repeat(filler) + &text;
        for front in Front::ALL.into_iter().filter(|front| *front != Front::Edge) {
            let mut event = event_of(front, &ClientRequest::new("POST", "/"));
            event["body"] = json!("BODY");
            let event = event.to_string();
            for body in [json!(text).to_string(), escaped(&text)] {
                let request = to_request(&event.replace("\"BODY\"", &body));
                prop_assert_eq!(&request.body().as_bytes().unwrap()[..], text.as_bytes());
            }
        }
    }

    #[test]
    fn a_binary_body_arrives(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut request = ClientRequest::new("POST", "/");
        request.body = Bytes::from(bytes.clone());
        for front in Front::ALL {
            let event = events::event(front, &request);
            let seen = event::to_request(&event[..], &Options::new()).unwrap();
            prop_assert_eq!(&seen.body().as_bytes().unwrap()[..], &bytes);
            // The same with each `/` of the base64 escaped, as some JSON writers do.
            let event = String::from_utf8(event).unwrap().replace('/', "\\/");
            let seen = to_request(&event);
            prop_assert_eq!(&seen.body().as_bytes().unwrap()[..], &bytes);
        }
    }

    #[test]
    fn damaged_base64_is_an_error_or_arrives_as_what_it_says(
        length in prop_oneof![0..40_usize, 3060..3090_usize, 0..9000_usize],
        damages in prop::collection::vec((0..12_usize, prop_oneof![Just(b'='), b' '..=b'~']), 0..4),
        at in any::<Index>(),
    ) {
        let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
        let mut text = base64(&bytes).into_bytes();
        // Most harm is done near the end, where the padding is.
        let from = [at.index(text.len() + 1), text.len().saturating_sub(12)][length % 2];
        for (place, byte) in damages {
            if let Some(place) = text.get_mut(from + place) {
                *place = byte;
            }
        }
        let mut event = event_of(Front::AlbSingle, &ClientRequest::new("POST", "/"));
        event["isBase64Encoded"] = json!(true);
        event["body"] = json!(String::from_utf8(text.clone()).unwrap());
        let seen = event::to_request(event.to_string().as_bytes(), &Options::new());
        let seen = seen.ok().map(|request| request.body().as_bytes().unwrap().to_vec());
        // Bits of the last digit that say nothing may be refused or not.
        let strict = base64_simd::STANDARD.decode_to_vec(&text).ok();
        let lenient = base64_simd::forgiving_decode_to_vec(&text).ok();
        prop_assert!(seen == strict || seen == lenient, "{}", text.escape_ascii());
    }

    #[test]
    fn any_decoded_path_arrives(path in "/[^%?]{0,40}") {
        for front in [Front::HttpApiV1, Front::HttpApiV2] {
            let mut event = event_of(front, &ClientRequest::get("/"));
            let name = if front == Front::HttpApiV1 { "path" } else { "rawPath" };
            event[name] = json!(path);
            let seen = to_request(&event.to_string());
            prop_assert_eq!(percent_decoded(seen.uri().path()), &*path);
            prop_assert_eq!(seen.uri().query(), None);
        }
    }

    #[test]
    fn any_path_and_query_as_sent_stay_as_they_are(
        path in "/([a-zA-Z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}){0,40}",
        query in "([a-zA-Z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){1,40}",
    ) {
        let target = format!("{path}?{query}");
        for front in [Front::FunctionUrl, Front::Edge, Front::LatticeV1, Front::LatticeV2] {
            let event = event_of(front, &ClientRequest::get(&*target));
            prop_assert_eq!(to_request(&event.to_string()).uri().to_string(), &*target);
        }
    }

    #[test]
    fn any_decoded_query_arrives(map in prop::collection::btree_map(
        any::<String>(),
        prop::collection::vec(any::<String>(), 1..4),
        0..5,
    )) {
        let expected: Vec<_> = map
            .iter()
            .flat_map(|(key, values)| values.iter().map(|value| (key.clone(), value.clone())))
            .collect();
        for front in [Front::RestApi, Front::HttpApiV1] {
            let mut event = event_of(front, &ClientRequest::get("/"));
            event["multiValueQueryStringParameters"] = json!(map);
            let seen = to_request(&event.to_string());
            prop_assert_eq!(pairs(seen.uri().query()), &expected[..]);
        }
    }

    #[test]
    fn any_strings_make_a_request(
        path in any::<String>(),
        query in any::<String>(),
        name in any::<String>(),
        value in any::<String>(),
    ) {
        for front in Front::ALL {
            let mut event = event_of(front, &ClientRequest::get("/"));
            for field in ["path", "rawPath", "raw_path"] {
                if event[field].is_string() {
                    event[field] = json!(path);
                }
            }
            if event["rawQueryString"].is_string() {
                event["rawQueryString"] = json!(query);
            }
            if event["queryStringParameters"].is_object() {
                event["queryStringParameters"][&*name] = json!(value);
            }
            if event["headers"].is_object() {
                event["headers"][&*name] = json!(value);
            }
            if event["multiValueHeaders"].is_object() {
                event["multiValueHeaders"][&*name] = json!([value, value]);
            }
            let seen = to_request(&event.to_string());
            prop_assert!(seen.uri().path().starts_with('/'));
        }
    }
}

#[test]
fn base64_with_padding_in_the_middle_is_an_error() {
    let mut taken = Vec::new();
    for length in 0..50 {
        let sound = base64(&vec![0xab; length]);
        for at in 0..sound.len() {
            for padding in ["=", "=="] {
                let mut text = sound.clone();
                text.replace_range(at..sound.len().min(at + padding.len()), padding);
                text.truncate(sound.len());
                let event = format!(
                    r#"{{"httpMethod":"GET","path":"/","requestContext":{{}},"isBase64Encoded":true,"body":"{text}"}}"#
                );
                let is_taken = event::to_request(event.as_bytes(), &Options::new()).is_ok();
                if is_taken && base64_simd::forgiving_decode_to_vec(text.as_bytes()).is_err() {
                    taken.push(text);
                }
            }
        }
    }
    assert!(taken.is_empty(), "{} are taken, such as {:?}", taken.len(), &taken[..5]);
}
