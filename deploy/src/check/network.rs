//! The VPC: what the function reaches from there, and what becomes of it when a zone fails.

use std::collections::BTreeSet;

use super::{Finding, warning};
use crate::deployment::{Deployment, Statement};

pub(super) fn check(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let Some(vpc) = &deployment.settings.vpc else {
        return;
    };
    let zones = vpc.subnets.iter().collect::<BTreeSet<_>>().len();
    if zones < 2 {
        findings.push(warning(
            "one-zone",
            "vpc.subnets",
            format!(
                "{zones} subnet is in one zone: whatever happens to that happens to the function"
            ),
            "name a second subnet, in another zone",
        ));
    }
    if deployment.statements().iter().any(is_beyond_network_and_logs) {
        findings.push(warning(
            "vpc-network",
            "vpc",
            "a function in a VPC reaches AWS's services and the internet only through a NAT gateway \
             or VPC endpoints"
                .to_owned(),
            "make sure that the subnets' route tables have one of them",
        ));
    }
}

/// Whether the function calls AWS itself: its network interfaces and logs are Lambda's affair.
fn is_beyond_network_and_logs(statement: &Statement) -> bool {
    statement
        .actions
        .iter()
        .any(|action| !action.starts_with("ec2:") && !action.starts_with("logs:"))
}
