"""The targets and attributes of a load balancer's target group, and that it goes with its stack."""

from moto.elbv2.models import FakeTargetGroup, elbv2_backends

make = FakeTargetGroup.create_from_cloudformation_json.__func__


def make_filled(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    group = make(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    properties = cloudformation_json["Properties"]
    group.register(properties["Targets"])
    group.attributes.update({one["Key"]: one["Value"] for one in properties["TargetGroupAttributes"]})
    return group


def delete(self, account_id, region_name):
    elbv2_backends[account_id][region_name].target_groups.pop(self.arn, None)


FakeTargetGroup.create_from_cloudformation_json = classmethod(make_filled)
FakeTargetGroup.delete = delete
