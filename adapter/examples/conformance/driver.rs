//! One job of the conformance corpus into its outcome, both in the JSON of the corpus's README.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use base64_simd::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use lambdafy::{
    Body, BoxError, Context, Invocation, LambdaLayer, Options, Reply, ResponseMode, Source, event,
};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};

/// Does what the job says; an error is an outcome too.
pub(crate) async fn outcome(job: &Value) -> Value {
    let done = match job["op"].as_str() {
        Some("request") => request(job).await,
        Some("response") => response(job).await,
        _ => Err("the job has no known op".into()),
    };
    let mut outcome =
        done.unwrap_or_else(|error| json!({"kind": "error", "error": error.to_string()}));
    outcome["op"] = job["op"].clone();
    outcome["id"] = job["id"].clone();
    outcome
}

async fn request(job: &Value) -> Result<Value, BoxError> {
    let request = event::to_request(&event_of(job)?[..], &options(job)?)?;
    let context = request.extensions().get::<Context>().ok_or("no context")?.clone();
    let (parts, body) = request.into_parts();
    let body = BASE64.encode_to_string(body.collect().await?.to_bytes());
    let remote_addr = context.remote_addr().map(|address| address.ip().to_string());
    if context.source() == Source::WebSocket {
        return websocket(&context, &body, remote_addr.as_deref());
    }
    let kind = if context.source() == Source::PassThrough { "passthrough" } else { "http" };
    Ok(json!({
        "kind": kind,
        "source": context.source().as_str(),
        "request": {
            "method": parts.method.as_str(),
            "uri": parts.uri.to_string(),
            "headers": headers_of(&parts.headers),
            "body_base64": body,
            "remote_addr": remote_addr,
        },
    }))
}

fn websocket(context: &Context, body: &str, remote: Option<&str>) -> Result<Value, BoxError> {
    let fields: Value = context.request_context()?.ok_or("no request context")?;
    Ok(json!({
        "kind": "websocket",
        "source": context.source().as_str(),
        "websocket": {
            "route_key": fields["routeKey"],
            "event_type": fields["eventType"],
            "connection_id": context.connection_id(),
            "stage": fields["stage"],
            "domain_name": fields["domainName"],
            "body_base64": body,
            "remote_addr": remote,
        },
    }))
}

fn headers_of(headers: &HeaderMap) -> Value {
    let mut map = serde_json::Map::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let values = map.entry(name.as_str()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    Value::Object(map)
}

async fn response(job: &Value) -> Result<Value, BoxError> {
    let answer = job["app_response"].clone();
    let app = service_fn(move |_: Request<Body>| std::future::ready(app_response(&answer)));
    let service = LambdaLayer::new(options(job)?).layer(app);
    match service.oneshot(Invocation::new(&event_of(job)?[..])).await? {
        Reply::Buffered(result) => {
            let value: Value = serde_json::from_slice(&result)?;
            Ok(json!({"kind": "response", "value": value}))
        }
        Reply::Streaming(body) => stream(&body.collect().await?.to_bytes()),
    }
}

fn stream(result: &[u8]) -> Result<Value, BoxError> {
    let end = result.iter().position(|&byte| byte == 0).ok_or("no delimiter")?;
    let body = result.get(end + 8..).ok_or("a short delimiter")?;
    let nul_bytes = result[end..end + 8].iter().filter(|&&byte| byte == 0).count();
    Ok(json!({
        "kind": "stream",
        "content_type": "application/vnd.awslambda.http-integration-response",
        "prelude": serde_json::from_slice::<Value>(&result[..end])?,
        "nul_bytes": nul_bytes,
        "body_base64": BASE64.encode_to_string(body),
    }))
}

/// What the job says that the app does.
fn app_response(answer: &Value) -> Result<Response<Answer>, BoxError> {
    let error = answer["error"].as_str().unwrap_or_default();
    if error.contains("Err") {
        return Err(error.to_owned().into());
    }
    assert!(error != "panic", "as the job says");
    let status = answer["status"].as_u64().unwrap_or(200);
    let body = match answer["body_repeat"].as_object() {
        Some(repeat) => {
            let byte = repeat["byte"].as_str().and_then(|text| text.bytes().next());
            let count = repeat["count"].as_u64().and_then(|count| usize::try_from(count).ok());
            vec![byte.unwrap_or_default(); count.unwrap_or_default()]
        }
        None => BASE64.decode_to_vec(answer["body_base64"].as_str().unwrap_or_default())?,
    };
    let mut response = Response::new(Answer {
        data: Some(body.into()),
        error: (!error.is_empty()).then(|| error.to_owned()),
    });
    *response.status_mut() = u16::try_from(status)?.try_into()?;
    for header in answer["headers"].as_array().into_iter().flatten() {
        let value = header[1].as_str().unwrap_or_default().as_bytes();
        append(response.headers_mut(), &header[0], value)?;
    }
    for header in answer["headers_b64"].as_array().into_iter().flatten() {
        let value = BASE64.decode_to_vec(header[1].as_str().unwrap_or_default())?;
        append(response.headers_mut(), &header[0], &value)?;
    }
    Ok(response)
}

fn append(headers: &mut HeaderMap, name: &Value, value: &[u8]) -> Result<(), BoxError> {
    let name: HeaderName = name.as_str().unwrap_or_default().parse()?;
    headers.append(name, HeaderValue::from_bytes(value)?);
    Ok(())
}

fn event_of(job: &Value) -> Result<Vec<u8>, BoxError> {
    Ok(BASE64.decode_to_vec(job["event_base64"].as_str().ok_or("the job has no event")?)?)
}

fn options(job: &Value) -> Result<Options, BoxError> {
    let mut options = Options::new();
    for (name, value) in job["options"].as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let list = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
        options = match name.as_str() {
            "strip_base_path" => options.base_path(text),
            "strip_stage" => options.strip_stage(value == true),
            "passthrough_path" => options.pass_through_path(text),
            "text_types" => list().fold(options, Options::text_type),
            "binary_types" => list().fold(options, Options::binary_type),
            "mode" if text == "stream" => options.response_mode(ResponseMode::Streaming),
            _ => return Err(format!("the option {name} is not known").into()),
        };
    }
    Ok(options)
}

/// A body of one frame, which may end with an error.
struct Answer {
    data: Option<Bytes>,
    error: Option<String>,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let data = self.data.take().map(|data| Ok(Frame::data(data)));
        let next = data.or_else(|| self.error.take().map(|error| Err(error.into())));
        Poll::Ready(next)
    }
}
