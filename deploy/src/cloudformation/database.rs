//! A database server that is made, and its proxy.

use super::{Map, Node, attribute, reference, resource};
use crate::deployment::{Deployment, engine_version};
use crate::settings::{Database, Engine, Vpc};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Map {
    let settings = &deployment.settings;
    let (Some(database), Some(vpc)) = (&settings.database, &settings.vpc) else {
        return Map::new();
    };
    let Some(class) = &database.instance_class else {
        return Map::new();
    };
    let subnets = Map::new()
        .put("DBSubnetGroupDescription", format!("Database of {}", deployment.name))
        .put("SubnetIds", texts(&vpc.subnets));
    Map::new()
        .put("DatabaseSubnets", resource("AWS::RDS::DBSubnetGroup", subnets))
        .merge(ingress(database, vpc))
        .merge(parameters(deployment, database))
        .put("Database", instance(database, vpc, class))
        .merge(proxy(deployment, database, vpc))
}

/// The host that the function connects to.
pub(super) fn host(deployment: &Deployment) -> Node {
    match &deployment.settings.database {
        Some(database) if database.proxy => attribute("DatabaseProxy", "Endpoint"),
        _ => attribute("Database", "Endpoint.Address"),
    }
}

fn ingress(database: &Database, vpc: &Vpc) -> Map {
    let Some(group) = vpc.security_groups.first() else {
        return Map::new();
    };
    let port = u32::from(database.engine.port());
    let properties = Map::new()
        .put("GroupId", group)
        .put("SourceSecurityGroupId", group)
        .put("IpProtocol", "tcp")
        .put("FromPort", port)
        .put("ToPort", port);
    Map::new()
        .note("Function and database share the first security group, which lets itself in.")
        .put("DatabaseIngress", resource("AWS::EC2::SecurityGroupIngress", properties))
}

fn parameters(deployment: &Deployment, database: &Database) -> Map {
    let Some(limit) = database.max_connections else {
        return Map::new();
    };
    let properties = Map::new()
        .put("Description", format!("Database of {}", deployment.name))
        .put("Family", engine_version(database.engine).1)
        .put("Parameters", Map::new().put("max_connections", limit.get().to_string()));
    Map::new().put("DatabaseParameters", resource("AWS::RDS::DBParameterGroup", properties))
}

fn instance(database: &Database, vpc: &Vpc, class: &str) -> Map {
    let parameters = database.max_connections.map(|_| reference("DatabaseParameters"));
    let groups: Vec<Node> = vpc.security_groups.iter().take(1).map(Into::into).collect();
    let properties = Map::new()
        .put("Engine", database.engine.as_str())
        .put("EngineVersion", engine_version(database.engine).0)
        .put("DBInstanceClass", class)
        .put("AllocatedStorage", database.storage_gb.get().to_string())
        .put("StorageType", "gp3")
        .put("StorageEncrypted", true)
        .put("MultiAZ", database.multi_az)
        .put("DBName", database.name.as_str())
        .put("MasterUsername", "app")
        .note("RDS makes the password, keeps it in Secrets Manager and changes it every week.")
        .put("ManageMasterUserPassword", true)
        .put("DBSubnetGroupName", reference("DatabaseSubnets"))
        .put("VPCSecurityGroups", groups)
        .put("PubliclyAccessible", false)
        .put_some("DBParameterGroupName", parameters)
        .put("BackupRetentionPeriod", 7_u32)
        .put("CopyTagsToSnapshot", true)
        .put("DeletionProtection", true);
    resource("AWS::RDS::DBInstance", properties).kept_as_snapshot()
}

fn proxy(deployment: &Deployment, database: &Database, vpc: &Vpc) -> Map {
    if !database.proxy {
        return Map::new();
    }
    let secret = || attribute("Database", "MasterUserSecret.SecretArn");
    let read = Map::new()
        .put("Effect", "Allow")
        .put("Action", "secretsmanager:GetSecretValue")
        .put("Resource", secret());
    let policy = Map::new()
        .put("PolicyName", "secret")
        .put("PolicyDocument", super::role::document(vec![read]));
    let role = Map::new()
        .put("AssumeRolePolicyDocument", super::role::trust("rds.amazonaws.com"))
        .put("Policies", vec![policy]);
    let family = match database.engine {
        Engine::Postgres => "POSTGRESQL",
        Engine::Mysql => "MYSQL",
    };
    let auth = Map::new()
        .put("AuthScheme", "SECRETS")
        .put("SecretArn", secret())
        .put("IAMAuth", "DISABLED");
    let groups: Vec<Node> = vpc.security_groups.iter().take(1).map(Into::into).collect();
    let properties = Map::new()
        .put("DBProxyName", deployment.name.as_str())
        .put("EngineFamily", family)
        .put("Auth", vec![auth])
        .put("RoleArn", attribute("DatabaseProxyRole", "Arn"))
        .put("RequireTLS", true)
        .put("VpcSubnetIds", texts(&vpc.subnets))
        .put("VpcSecurityGroupIds", groups);
    Map::new()
        .put("DatabaseProxyRole", resource("AWS::IAM::Role", role))
        .note("Session settings and prepared statements pin a connection: then the proxy saves nothing.")
        .put("DatabaseProxy", resource("AWS::RDS::DBProxy", properties))
        .put("DatabaseProxyTargets", resource("AWS::RDS::DBProxyTargetGroup", proxy_targets()))
}

fn proxy_targets() -> Map {
    let pool = Map::new()
        .note("The rest is for migrations and people, who come past the proxy.")
        .put("MaxConnectionsPercent", 90_u32)
        .put("MaxIdleConnectionsPercent", 50_u32);
    Map::new()
        .put("DBProxyName", reference("DatabaseProxy"))
        .put("TargetGroupName", "default")
        .put("DBInstanceIdentifiers", vec![reference("Database")])
        .put("ConnectionPoolConfigurationInfo", pool)
}
