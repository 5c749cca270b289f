//! A function URL.

use super::{Map, Target, permission, reference, resource};
use crate::deployment::Deployment;

pub(super) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let url = Map::new()
        .put("TargetFunctionArn", reference(target.function))
        .put_some("Qualifier", target.depends_on.map(|_| target.qualifier))
        .merge(config(deployment));
    let url = resource("AWS::Lambda::Url", url).after(target.depends_on);
    Map::new().put("Url", url).merge(permissions(deployment, target))
}

/// Who may call, and whether answers are streamed.
pub(crate) fn config(deployment: &Deployment) -> Map {
    let (note, auth_type) = match deployment.is_signed() {
        true => (
            "Only what CloudFront signs; clients must send x-amz-content-sha256 with a body.",
            "AWS_IAM",
        ),
        false => ("Anybody may call: signing in is the app's affair.", "NONE"),
    };
    let mode = if deployment.settings.streaming { "RESPONSE_STREAM" } else { "BUFFERED" };
    Map::new().note(note).put("AuthType", auth_type).put("InvokeMode", mode)
}

/// Both permissions that a call of the URL needs; one alone is a 403.
pub(crate) fn permissions(deployment: &Deployment, target: &Target) -> Map {
    let (auth_type, principal) = match deployment.is_signed() {
        true => ("AWS_IAM", "cloudfront.amazonaws.com"),
        false => ("NONE", "*"),
    };
    let source = deployment.is_signed().then(super::cloudfront::arn);
    let url = permission(target, "lambda:InvokeFunctionUrl", principal)
        .put("FunctionUrlAuthType", auth_type)
        .put_some("SourceArn", source.clone());
    let invoke = permission(target, "lambda:InvokeFunction", principal)
        .put("InvokedViaFunctionUrl", true)
        .put_some("SourceArn", source);
    Map::new()
        .note("A call of the URL needs both permissions; the second one only by way of the URL.")
        .put("UrlPermission", resource("AWS::Lambda::Permission", url))
        .put("UrlInvokePermission", resource("AWS::Lambda::Permission", invoke))
}
