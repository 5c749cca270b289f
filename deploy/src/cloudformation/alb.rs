//! An application load balancer.

use super::{Map, Node, Target, permission, reference, resource, substitute};
use crate::deployment::{Deployment, SSL_POLICY};
use crate::settings::Alb;
use crate::tree::texts;

pub(crate) fn resources(deployment: &Deployment, target: &Target) -> Map {
    let Some(alb) = &deployment.settings.alb else {
        return Map::new();
    };
    let ports: &[u32] = if deployment.alb_certificate().is_some() { &[80, 443] } else { &[80] };
    Map::new()
        .put("LoadBalancerSecurityGroup", security_group(deployment, alb, ports))
        .put("LoadBalancer", load_balancer(deployment, alb))
        .merge(target_group(deployment, target))
        .merge(listeners(deployment))
        .merge(super::domain::of_alb(deployment))
}

fn security_group(deployment: &Deployment, alb: &Alb, ports: &[u32]) -> Map {
    let rule = |port: &u32| {
        Map::new()
            .put("CidrIp", "0.0.0.0/0")
            .put("IpProtocol", "tcp")
            .put("FromPort", *port)
            .put("ToPort", *port)
    };
    let properties = Map::new()
        .put("GroupDescription", format!("Load balancer of {}", deployment.name))
        .put("VpcId", alb.vpc.as_str())
        .put("SecurityGroupIngress", ports.iter().map(rule).collect::<Vec<_>>());
    resource("AWS::EC2::SecurityGroup", properties)
}

fn load_balancer(deployment: &Deployment, alb: &Alb) -> Map {
    let attribute = |key: &str, value: &str| Map::new().put("Key", key).put("Value", value);
    let idle = deployment.alb_idle_timeout_s().to_string();
    let properties = Map::new()
        .put("Name", deployment.short_name())
        .put("Type", "application")
        .put("Scheme", if alb.internal { "internal" } else { "internet-facing" })
        .put("Subnets", texts(&alb.subnets))
        .put("SecurityGroups", vec![reference("LoadBalancerSecurityGroup")])
        .put(
            "LoadBalancerAttributes",
            vec![
                attribute("idle_timeout.timeout_seconds", &idle),
                attribute("routing.http.drop_invalid_header_fields.enabled", "true"),
            ],
        );
    resource("AWS::ElasticLoadBalancingV2::LoadBalancer", properties)
}

fn target_group(deployment: &Deployment, target: &Target) -> Map {
    let name = deployment.short_name();
    let source = format!(
        "arn:${{AWS::Partition}}:elasticloadbalancing:${{AWS::Region}}:${{AWS::AccountId}}:targetgroup/{name}/*"
    );
    let allowed = permission(target, "lambda:InvokeFunction", "elasticloadbalancing.amazonaws.com")
        .put("SourceArn", substitute(source));
    let multi_value =
        Map::new().put("Key", "lambda.multi_value_headers.enabled").put("Value", "true");
    let properties = Map::new()
        .put("Name", name)
        .put("TargetType", "lambda")
        .note("Without it, of repeated headers, cookies and query keys only the last one reaches the app.")
        .put("TargetGroupAttributes", vec![multi_value])
        .put("Targets", vec![Map::new().put("Id", target.arn.clone())]);
    let group = resource("AWS::ElasticLoadBalancingV2::TargetGroup", properties);
    Map::new()
        .note("By the group's name, since the group is made after this permission.")
        .put("LoadBalancerPermission", resource("AWS::Lambda::Permission", allowed))
        .put("TargetGroup", group.after(Some("LoadBalancerPermission")))
}

fn listeners(deployment: &Deployment) -> Map {
    let forward =
        || Map::new().put("Type", "forward").put("TargetGroupArn", reference("TargetGroup"));
    let listener = |port: u32, protocol: &str, action: Map| {
        Map::new()
            .put("LoadBalancerArn", reference("LoadBalancer"))
            .put("Port", port)
            .put("Protocol", protocol)
            .put("DefaultActions", vec![action])
    };
    let Some(certificate) = deployment.alb_certificate() else {
        let http = listener(80, "HTTP", forward());
        return Map::new()
            .note("There is no certificate in the settings, so this is HTTP: nothing is encrypted.")
            .put("HttpListener", resource("AWS::ElasticLoadBalancingV2::Listener", http));
    };
    let redirect =
        Map::new().put("Protocol", "HTTPS").put("Port", "443").put("StatusCode", "HTTP_301");
    let http =
        listener(80, "HTTP", Map::new().put("Type", "redirect").put("RedirectConfig", redirect));
    let https = listener(443, "HTTPS", forward())
        .put("SslPolicy", SSL_POLICY)
        .put("Certificates", vec![Map::new().put("CertificateArn", certificate)]);
    Map::new()
        .put("HttpListener", resource("AWS::ElasticLoadBalancingV2::Listener", http))
        .put("HttpsListener", resource("AWS::ElasticLoadBalancingV2::Listener", https))
}

pub(super) fn url(deployment: &Deployment) -> Node {
    let scheme = if deployment.alb_certificate().is_some() { "https" } else { "http" };
    substitute(format!("{scheme}://${{LoadBalancer.DNSName}}/"))
}
