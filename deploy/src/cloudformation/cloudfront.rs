//! CloudFront before the front door.

use super::{Intrinsic, Map, Node, Target, attribute, reference, resource, substitute};
use crate::deployment::{ALL_BUT_HOST, CLOUDFRONT_ZONE, Deployment, STAGE};
use crate::settings::{Domain, FrontDoor};
use crate::tree::{Value, texts};

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let Some((_, domain)) = deployment.cloudfront() else {
        return Map::new();
    };
    let configuration = Map::new()
        .put("Enabled", true)
        .put("HttpVersion", "http2and3")
        .put("IPV6Enabled", true)
        .put("PriceClass", deployment.price_class())
        .put_some("Aliases", domain.map(|domain| texts([&domain.name])))
        .put_some("ViewerCertificate", domain.map(certificate))
        .put("Origins", vec![origin(deployment, target)])
        .put("DefaultCacheBehavior", behavior());
    let distribution = Map::new().put("DistributionConfig", configuration);
    let record = domain.map_or_else(Map::new, |domain| {
        super::domain::record(
            domain,
            attribute("Distribution", "DomainName"),
            CLOUDFRONT_ZONE.into(),
        )
    });
    Map::new()
        .put("CachePolicy", cache_policy(deployment))
        .merge(access_control(deployment))
        .put(
            "Distribution",
            resource("AWS::CloudFront::Distribution", distribution).after(target.depends_on),
        )
        .merge(record)
}

/// The distribution's ARN.
pub(super) fn arn() -> Node {
    substitute("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}")
}

fn certificate(domain: &Domain) -> Map {
    Map::new()
        .put("AcmCertificateArn", domain.certificate.as_str())
        .put("SslSupportMethod", "sni-only")
        .put("MinimumProtocolVersion", "TLSv1.2_2021")
}

fn behavior() -> Map {
    Map::new()
        .put("TargetOriginId", "door")
        .put("ViewerProtocolPolicy", "redirect-to-https")
        .put("AllowedMethods", texts(["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]))
        .put("Compress", true)
        .put("CachePolicyId", reference("CachePolicy"))
        .note("Everything but Host, by which the front door would not know itself.")
        .put("OriginRequestPolicyId", ALL_BUT_HOST)
}

fn cache_policy(deployment: &Deployment) -> Map {
    let parameters = Map::new()
        .put("EnableAcceptEncodingBrotli", true)
        .put("EnableAcceptEncodingGzip", true)
        .put("QueryStringsConfig", Map::new().put("QueryStringBehavior", "all"))
        .put("CookiesConfig", Map::new().put("CookieBehavior", "all"))
        .put(
            "HeadersConfig",
            Map::new().put("HeaderBehavior", "whitelist").put("Headers", texts(["Authorization"])),
        );
    let configuration = Map::new()
        .put("Name", global_name(deployment))
        .note(
            "Only what the app's Cache-Control allows is kept, and never for another user: \
             cookies and Authorization are part of the key.",
        )
        .put("MinTTL", 0_u32)
        .put("DefaultTTL", 0_u32)
        .put("MaxTTL", 31_536_000_u32)
        .put("ParametersInCacheKeyAndForwardedToOrigin", parameters);
    resource("AWS::CloudFront::CachePolicy", Map::new().put("CachePolicyConfig", configuration))
}

/// CloudFront has one place for the names of all regions.
fn global_name(deployment: &Deployment) -> Node {
    substitute(format!("{}-${{AWS::Region}}", deployment.name))
}

fn origin(deployment: &Deployment, target: &Target) -> Map {
    let host = match deployment.front_door() {
        FrontDoor::FunctionUrl => {
            Value::Reference(Intrinsic::HostOf(Box::new(attribute(target.url, "FunctionUrl"))))
        }
        FrontDoor::HttpApi => substitute("${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
        FrontDoor::RestApi => substitute("${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
        FrontDoor::Alb => attribute("LoadBalancer", "DNSName"),
    };
    let http_only =
        deployment.front_door() == FrontDoor::Alb && deployment.alb_certificate().is_none();
    let custom = Map::new()
        .put("OriginProtocolPolicy", if http_only { "http-only" } else { "https-only" })
        .put("OriginSSLProtocols", texts(["TLSv1.2"]))
        .put("OriginReadTimeout", deployment.cloudfront_timeout_s());
    let is_rest = deployment.front_door() == FrontDoor::RestApi;
    Map::new()
        .put("Id", "door")
        .put("DomainName", host)
        .put_some("OriginPath", is_rest.then(|| format!("/{STAGE}")))
        .put("CustomOriginConfig", custom)
        .put_some(
            "OriginAccessControlId",
            deployment.is_signed().then(|| reference("AccessControl")),
        )
}

fn access_control(deployment: &Deployment) -> Map {
    if !deployment.is_signed() {
        return Map::new();
    }
    let configuration = Map::new()
        .put("Name", global_name(deployment))
        .put("OriginAccessControlOriginType", "lambda")
        .put("SigningBehavior", "always")
        .put("SigningProtocol", "sigv4");
    let properties = Map::new().put("OriginAccessControlConfig", configuration);
    Map::new().put("AccessControl", resource("AWS::CloudFront::OriginAccessControl", properties))
}
