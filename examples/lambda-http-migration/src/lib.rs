//! Orders, as a function written against lambda_http: it reads the request through `RequestExt`,
//! and does not know who serves it.
//!
//! | file | |
//! |---|---|
//! | `lib.rs` | the app, which stays as it is |
//! | `before.rs` | its `main` with lambda_http |
//! | `main.rs` | its `main` with lambdafy |
//! | `tests/same_answers.rs` | both answer the same events the same |

use lambda_http::http::{Method, StatusCode};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Error, Request, RequestExt, RequestPayloadExt, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a customer sends, as JSON or as a form.
#[derive(Deserialize, Serialize)]
struct Order {
    item: String,
    count: u32,
}

/// The app.
///
/// # Errors
///
/// The answer cannot be built.
pub async fn orders(request: Request) -> Result<Response<Body>, Error> {
    match (request.method(), id(&request)) {
        (&Method::GET, Some(id)) => answer(&request, StatusCode::OK, &json!({"id": id})),
        (&Method::POST, None) => match request.payload::<Order>() {
            Ok(Some(order)) => answer(&request, StatusCode::CREATED, &json!({"order": order})),
            Ok(None) => problem(&request, "send an order as JSON or as a form"),
            Err(error) => problem(&request, &error.to_string()),
        },
        _ => answer(&request, StatusCode::NOT_FOUND, &Value::Null),
    }
}

/// The order's id: API Gateway has found it by the route, a load balancer leaves it in the path.
fn id(request: &Request) -> Option<&str> {
    let parameters = request.path_parameters_ref();
    parameters
        .and_then(|parameters| parameters.first("id"))
        .or_else(|| request.raw_http_path().strip_prefix("/orders/"))
}

fn problem(request: &Request, problem: &str) -> Result<Response<Body>, Error> {
    answer(request, StatusCode::BAD_REQUEST, &json!({"problem": problem}))
}

/// An answer that says what the app knows of the request.
fn answer(request: &Request, status: StatusCode, result: &Value) -> Result<Response<Body>, Error> {
    let query = request.query_string_parameters();
    let context = request.lambda_context_ref();
    let body = json!({
        "result": result,
        "path": request.raw_http_path(),
        "gift": query.first("gift"),
        "tags": query.all("tag"),
        "table": request.stage_variables().first("table"),
        "client": client(request),
        "function": context.map(|context| &context.invoked_function_arn),
    });
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("set-cookie", "seen=1")
        .header("set-cookie", format!("status={}", status.as_u16()))
        .header("x-invocation", context.map_or("", |context| &context.request_id))
        .body(body.to_string().into())?;
    Ok(response)
}

/// The customer's address.
fn client(request: &Request) -> Option<&str> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV1(context) => context.identity.source_ip.as_deref(),
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref(),
        _ => request.headers().get("x-forwarded-for")?.to_str().ok(),
    }
}
