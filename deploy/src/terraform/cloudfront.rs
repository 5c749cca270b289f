//! CloudFront before the front door.

use super::hcl::{Body, Hcl, expression};
use super::{domain, doors, references};
use crate::deployment::{ALL_BUT_HOST, Deployment};
use crate::settings::{Domain, FrontDoor};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Body {
    let Some((_, domain)) = deployment.cloudfront() else {
        return Body::new();
    };
    let restrictions =
        Body::new().block("geo_restriction", Body::new().set("restriction_type", "none"));
    let distribution = Body::new()
        .set("enabled", true)
        .set("http_version", "http2and3")
        .set("is_ipv6_enabled", true)
        .set("price_class", deployment.price_class())
        .set_some("aliases", domain.map(|domain| texts([&domain.name])))
        .block("origin", origin(deployment))
        .block("default_cache_behavior", behavior())
        .block("restrictions", restrictions)
        .block("viewer_certificate", certificate(domain));
    let record = domain.map_or_else(Body::new, |domain| {
        let address = "aws_cloudfront_distribution.app";
        domain::record(
            domain,
            &format!("{address}.domain_name"),
            &format!("{address}.hosted_zone_id"),
        )
    });
    Body::new()
        .resource("aws_cloudfront_cache_policy", "app", cache_policy(deployment))
        .merge(access_control(deployment))
        .resource("aws_cloudfront_distribution", "app", distribution)
        .merge(record)
}

fn certificate(domain: Option<&Domain>) -> Body {
    match domain {
        None => Body::new().set("cloudfront_default_certificate", true),
        Some(domain) => Body::new()
            .set("acm_certificate_arn", domain.certificate.as_str())
            .set("ssl_support_method", "sni-only")
            .set("minimum_protocol_version", "TLSv1.2_2021"),
    }
}

fn behavior() -> Body {
    let methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];
    Body::new()
        .set("target_origin_id", "door")
        .set("viewer_protocol_policy", "redirect-to-https")
        .set("allowed_methods", texts::<String, _>(methods))
        .set("cached_methods", texts::<String, _>(["GET", "HEAD"]))
        .set("compress", true)
        .set("cache_policy_id", expression("aws_cloudfront_cache_policy.app.id"))
        .note("Everything but Host, by which the front door would not know itself.")
        .set("origin_request_policy_id", ALL_BUT_HOST)
}

fn cache_policy(deployment: &Deployment) -> Body {
    let headers = Body::new()
        .set("header_behavior", "whitelist")
        .block("headers", Body::new().set("items", texts::<String, _>(["Authorization"])));
    let parameters = Body::new()
        .set("enable_accept_encoding_brotli", true)
        .set("enable_accept_encoding_gzip", true)
        .block("cookies_config", Body::new().set("cookie_behavior", "all"))
        .block("headers_config", headers)
        .block("query_strings_config", Body::new().set("query_string_behavior", "all"));
    Body::new()
        .set("name", global_name(deployment))
        .note(
            "Only what the app's Cache-Control allows is kept, and never for another user: \
             cookies and Authorization are part of the key.",
        )
        .set("min_ttl", 0_u32)
        .set("default_ttl", 0_u32)
        .set("max_ttl", 31_536_000_u32)
        .block("parameters_in_cache_key_and_forwarded_to_origin", parameters)
}

/// CloudFront has one place for the names of all regions.
fn global_name(deployment: &Deployment) -> Hcl {
    references::template(&format!("{}-{}", deployment.name, references::REGION))
}

fn origin(deployment: &Deployment) -> Body {
    let http_only =
        deployment.front_door() == FrontDoor::Alb && deployment.alb_certificate().is_none();
    let custom = Body::new()
        .set("http_port", 80_u32)
        .set("https_port", 443_u32)
        .set("origin_protocol_policy", if http_only { "http-only" } else { "https-only" })
        .set("origin_ssl_protocols", texts::<String, _>(["TLSv1.2"]))
        .set("origin_read_timeout", deployment.cloudfront_timeout_s());
    let is_rest = deployment.front_door() == FrontDoor::RestApi;
    let path = is_rest.then(|| references::template("/${aws_api_gateway_stage.app.stage_name}"));
    let control =
        deployment.is_signed().then(|| expression("aws_cloudfront_origin_access_control.app.id"));
    Body::new()
        .set("origin_id", "door")
        .set("domain_name", doors::host(deployment))
        .set_some("origin_path", path)
        .set_some("origin_access_control_id", control)
        .block("custom_origin_config", custom)
}

fn access_control(deployment: &Deployment) -> Body {
    if !deployment.is_signed() {
        return Body::new();
    }
    let control = Body::new()
        .set("name", global_name(deployment))
        .set("origin_access_control_origin_type", "lambda")
        .set("signing_behavior", "always")
        .set("signing_protocol", "sigv4");
    Body::new().resource("aws_cloudfront_origin_access_control", "app", control)
}
