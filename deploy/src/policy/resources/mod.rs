//! What CloudFormation calls in the caller's name to make, change, read and remove a resource,
//! after the handlers of its registry: `aws cloudformation describe-type --type RESOURCE
//! --type-name AWS::Lambda::Function --query Schema`.

mod lambda;
mod other;

/// On what, with `{name}` for the deployment's name, and which actions.
type Actions = (&'static str, &'static [&'static str]);

/// Anything: the action knows no resource, or one whose name nobody can choose.
const ANY: &str = "*";

/// What a function in a VPC makes CloudFormation look at.
pub(super) const NETWORK: &[&str] =
    &["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];

/// What a type needs; empty if it is not known.
pub(super) fn of(kind: &str) -> &'static [Actions] {
    let Some((service, rest)) = kind.strip_prefix("AWS::").and_then(|rest| rest.split_once("::"))
    else {
        return &[];
    };
    match service {
        "Lambda" => lambda::of(rest),
        "ApiGateway" => rest_api(rest),
        "ApiGatewayV2" => http_api(rest),
        "CloudFront" => cloudfront(rest),
        "ElasticLoadBalancingV2" => load_balancer(rest),
        "RDS" => database(rest),
        "EC2" => network(rest),
        _ => other::of(kind),
    }
}

/// API Gateway's actions are HTTP methods on its paths.
const GATEWAY: &[&str] = &[
    "apigateway:DELETE",
    "apigateway:GET",
    "apigateway:PATCH",
    "apigateway:POST",
    "apigateway:PUT",
];

fn rest_api(kind: &str) -> &'static [Actions] {
    match kind {
        "RestApi" | "Deployment" | "Stage" => &[
            ("arn:*:apigateway:*::/restapis", GATEWAY),
            ("arn:*:apigateway:*::/restapis/*", GATEWAY),
        ],
        "DomainName" | "BasePathMapping" => &[
            ("arn:*:apigateway:*::/domainnames", GATEWAY),
            ("arn:*:apigateway:*::/domainnames/*", GATEWAY),
        ],
        _ => &[],
    }
}

fn http_api(kind: &str) -> &'static [Actions] {
    match kind {
        "Api" | "Stage" => {
            &[("arn:*:apigateway:*::/apis", GATEWAY), ("arn:*:apigateway:*::/apis/*", GATEWAY)]
        }
        "DomainName" | "ApiMapping" => rest_api("DomainName"),
        _ => &[],
    }
}

fn cloudfront(kind: &str) -> &'static [Actions] {
    match kind {
        "Distribution" => &[(
            ANY,
            &[
                "cloudfront:CreateDistribution",
                "cloudfront:DeleteDistribution",
                "cloudfront:GetDistribution",
                "cloudfront:GetDistributionConfig",
                "cloudfront:ListTagsForResource",
                "cloudfront:TagResource",
                "cloudfront:UpdateDistribution",
            ],
        )],
        "CachePolicy" => &[(
            ANY,
            &[
                "cloudfront:CreateCachePolicy",
                "cloudfront:DeleteCachePolicy",
                "cloudfront:GetCachePolicy",
                "cloudfront:UpdateCachePolicy",
            ],
        )],
        "OriginAccessControl" => &[(
            ANY,
            &[
                "cloudfront:CreateOriginAccessControl",
                "cloudfront:DeleteOriginAccessControl",
                "cloudfront:GetOriginAccessControl",
                "cloudfront:UpdateOriginAccessControl",
            ],
        )],
        _ => &[],
    }
}

fn load_balancer(kind: &str) -> &'static [Actions] {
    match kind {
        "LoadBalancer" => &[(
            ANY,
            &[
                "ec2:DescribeAccountAttributes",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:DeleteLoadBalancer",
                "elasticloadbalancing:DescribeLoadBalancerAttributes",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:SetSecurityGroups",
                "elasticloadbalancing:SetSubnets",
            ],
        )],
        "TargetGroup" => &[(
            ANY,
            &[
                "elasticloadbalancing:CreateTargetGroup",
                "elasticloadbalancing:DeleteTargetGroup",
                "elasticloadbalancing:DeregisterTargets",
                "elasticloadbalancing:DescribeTargetGroupAttributes",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
                "elasticloadbalancing:ModifyTargetGroup",
                "elasticloadbalancing:ModifyTargetGroupAttributes",
                "elasticloadbalancing:RegisterTargets",
            ],
        )],
        "Listener" => &[(
            ANY,
            &[
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:DeleteListener",
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:ModifyListener",
            ],
        )],
        _ => &[],
    }
}

fn database(kind: &str) -> &'static [Actions] {
    match kind {
        // The server's secret is made by RDS in the caller's name.
        "DBInstance" => &[(
            ANY,
            &[
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                "kms:CreateGrant",
                "kms:DescribeKey",
                "rds:AddTagsToResource",
                "rds:CreateDBInstance",
                "rds:CreateDBSnapshot",
                "rds:DeleteDBInstance",
                "rds:DescribeDBInstances",
                "rds:DescribeDBSnapshots",
                "rds:ModifyDBInstance",
                "rds:RebootDBInstance",
                "secretsmanager:CreateSecret",
                "secretsmanager:TagResource",
            ],
        )],
        "DBParameterGroup" => &[(
            ANY,
            &[
                "rds:CreateDBParameterGroup",
                "rds:DeleteDBParameterGroup",
                "rds:DescribeDBParameterGroups",
                "rds:DescribeDBParameters",
                "rds:ModifyDBParameterGroup",
                "rds:ResetDBParameterGroup",
            ],
        )],
        "DBSubnetGroup" => &[(
            ANY,
            &[
                "rds:CreateDBSubnetGroup",
                "rds:DeleteDBSubnetGroup",
                "rds:DescribeDBSubnetGroups",
                "rds:ModifyDBSubnetGroup",
            ],
        )],
        "DBProxy" | "DBProxyTargetGroup" => &[(
            ANY,
            &[
                "rds:CreateDBProxy",
                "rds:DeleteDBProxy",
                "rds:DeregisterDBProxyTargets",
                "rds:DescribeDBProxies",
                "rds:DescribeDBProxyTargetGroups",
                "rds:DescribeDBProxyTargets",
                "rds:ModifyDBProxy",
                "rds:ModifyDBProxyTargetGroup",
                "rds:RegisterDBProxyTargets",
            ],
        )],
        _ => &[],
    }
}

fn network(kind: &str) -> &'static [Actions] {
    match kind {
        "SecurityGroup" | "SecurityGroupIngress" => &[(
            ANY,
            &[
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateSecurityGroup",
                "ec2:CreateTags",
                "ec2:DeleteSecurityGroup",
                "ec2:DescribeSecurityGroupRules",
                "ec2:DescribeSecurityGroups",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
            ],
        )],
        _ => &[],
    }
}
