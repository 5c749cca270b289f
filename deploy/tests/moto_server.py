"""AWS on this machine: moto's server on a free port, until standard input ends.

usage: moto_server.py [POLICY CALLS]

Prints its address, then a key and its secret, then a VPC, a security group and its subnets. With a file POLICY, the
key is of a user with that IAM policy, who is refused what it does not allow; what was asked for is
written to the file CALLS, an action a line. moto knows of most calls no resource, so only actions
are looked at. No function is ever run: an invocation answers
`Simple Lambda happy path OK`.

What moto's CloudFormation lacks and its services have is joined in `moto_joins`.
"""

import json
import sys
from pathlib import Path

import boto3
import moto_joins  # noqa: F401
import requests
from moto.iam.access_control import IAMRequestBase
from moto.server import ThreadedMotoServer


# What moto calls otherwise than IAM does.
MOTO_NAMES = {
    "lambda:InvokeFunction": ["lambda:Invoke"],
    "s3:ListBucket": ["s3:HeadBucket"],
    "s3:PutBucketPublicAccessBlock": ["s3:PutPublicAccessBlock"],
    "s3:DeleteObject": ["s3:DeleteObjects"],
}


def restricted_user(client, policy, calls):
    """A user with a policy and no other right; from here on credentials are looked at."""
    document = json.loads(Path(policy).read_text())
    names = {moto: own for own, all in MOTO_NAMES.items() for moto in all}
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [name for own in actions for name in [own, *MOTO_NAMES.get(own, [])]]
        statement["Resource"] = "*"
        statement.pop("Condition", None)
    iam = client("iam")
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="deployer", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    check = IAMRequestBase.check_action_permitted

    def recorded(self, resource):
        with Path(calls).open("a") as file:
            file.write(names.get(self._action, self._action) + "\n")
        return check(self, resource)

    IAMRequestBase.check_action_permitted = recorded
    # moto signs what Flask has made of a request, which is not always what was sent.
    IAMRequestBase.check_signature = lambda _: None
    return key["AccessKeyId"], key["SecretAccessKey"]


def main(*restriction):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    no_docker = {"lambda": {"use_docker": False}}
    requests.post(f"{url}/moto-api/config", json=no_docker, timeout=10).raise_for_status()

    def client(service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name="eu-west-1", endpoint_url=url, **keys)

    subnets = client("ec2").describe_subnets()["Subnets"]
    vpc = subnets[0]["VpcId"]
    groups = client("ec2").describe_security_groups()["SecurityGroups"]
    group = next(group["GroupId"] for group in groups if group["VpcId"] == vpc)
    key = restricted_user(client, *restriction) if restriction else ("test", "test")
    if restriction:
        requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
    print(url, *key, vpc, group, *[subnet["SubnetId"] for subnet in subnets], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
