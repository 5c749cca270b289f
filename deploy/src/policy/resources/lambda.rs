//! The function and what belongs to it.

use super::{ANY, Actions};

const THIS: &str = "arn:*:lambda:*:*:function:{name}";
const QUALIFIED: &str = "arn:*:lambda:*:*:function:{name}:*";

/// What a type of Lambda needs.
pub(super) fn of(kind: &str) -> &'static [Actions] {
    match kind {
        "Function" => &[(THIS, FUNCTION)],
        // Old versions are kept; one that an attempt made which failed is removed alone.
        "Version" => &[(THIS, VERSION), (QUALIFIED, VERSION_QUALIFIED)],
        "Alias" => &[(THIS, ALIAS), (QUALIFIED, PROVISIONED)],
        "Permission" => &[(THIS, PERMISSION), (QUALIFIED, PERMISSION)],
        "Url" => &[(THIS, URL), (QUALIFIED, URL)],
        "EventInvokeConfig" => &[(THIS, EVENT_INVOKE_CONFIG), (QUALIFIED, EVENT_INVOKE_CONFIG)],
        "EventSourceMapping" => &[(ANY, EVENT_SOURCE_MAPPING)],
        _ => &[],
    }
}

const FUNCTION: &[&str] = &[
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetFunction",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionRecursionConfig",
    "lambda:GetRuntimeManagementConfig",
    "lambda:ListTags",
    "lambda:PutFunctionConcurrency",
    "lambda:TagResource",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
];
const VERSION: &[&str] = &["lambda:GetFunctionConfiguration", "lambda:PublishVersion"];
const VERSION_QUALIFIED: &[&str] = &["lambda:DeleteFunction", "lambda:GetFunctionConfiguration"];
const ALIAS: &[&str] =
    &["lambda:CreateAlias", "lambda:DeleteAlias", "lambda:GetAlias", "lambda:UpdateAlias"];
const PROVISIONED: &[&str] = &[
    "lambda:DeleteProvisionedConcurrencyConfig",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:PutProvisionedConcurrencyConfig",
];
const PERMISSION: &[&str] =
    &["lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"];
const URL: &[&str] = &[
    "lambda:CreateFunctionUrlConfig",
    "lambda:DeleteFunctionUrlConfig",
    "lambda:GetFunctionUrlConfig",
    "lambda:UpdateFunctionUrlConfig",
];
const EVENT_INVOKE_CONFIG: &[&str] = &[
    "lambda:DeleteFunctionEventInvokeConfig",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:UpdateFunctionEventInvokeConfig",
];
const EVENT_SOURCE_MAPPING: &[&str] = &[
    "lambda:CreateEventSourceMapping",
    "lambda:DeleteEventSourceMapping",
    "lambda:GetEventSourceMapping",
    "lambda:UpdateEventSourceMapping",
];
