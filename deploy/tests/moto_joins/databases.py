"""The deletion protection of a database, the secret that it makes, and that the rule which lets in goes with its stack."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroupIngress
from moto.rds.models import DBInstance

make = DBInstance.create_from_cloudformation_json.__func__
attribute_of = DBInstance.get_cfn_attribute
SECRET = "MasterUserSecret.SecretArn"


def protect(database, cloudformation_json):
    wanted = cloudformation_json["Properties"].get("DeletionProtection", False)
    database.deletion_protection = str(wanted).lower() == "true"
    return database


def make_protected(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    made = make(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    return protect(made, cloudformation_json)


def change_protection(
    cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
):
    return protect(original_resource, cloudformation_json)


def attribute(self, attribute_name):
    if attribute_name == SECRET:
        return f"arn:aws:secretsmanager:{self.region}:{self.account_id}:secret:rds!db-1"
    return attribute_of(self, attribute_name)


DBInstance.create_from_cloudformation_json = classmethod(make_protected)
DBInstance.update_from_cloudformation_json = classmethod(change_protection)
DBInstance.has_cfn_attr = classmethod(
    lambda cls, attr: attr in (SECRET, "Endpoint.Address", "Endpoint.Port")
)
DBInstance.get_cfn_attribute = attribute


def revoke(self, account_id, region_name):
    ec2_backends[account_id][region_name].revoke_security_group_ingress(
        group_name_or_id=self.security_group.id,
        ip_protocol=self.properties["IpProtocol"],
        from_port=self.properties["FromPort"],
        to_port=self.properties["ToPort"],
        ip_ranges=[],
        source_groups=[{"GroupId": self.properties["SourceSecurityGroupId"]}],
    )


SecurityGroupIngress.delete = revoke
