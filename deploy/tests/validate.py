"""Validates written templates with the tools that their users have.

usage: validate.py FOLDER [--all]

FOLDER/<front door>/<option>/ holds the files. Each finding is a line; with any the exit code is 1.
Without --all only the options below are looked at, which together have everything that is written.
"""

import copy
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from multiprocessing import Pool
from pathlib import Path

import cfnlint.api
import yaml
from cfnlint.config import ManualArgs
from cfnlint.decode import decode_str
from jsonschema import Draft7Validator
from openapi_spec_validator import validate
from parliament import analyze_policy_string
from samtranslator.translator.transform import transform

# aws-sam-translator asks for one.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"

OPTIONS = {
    "plain",
    "everything",
    "openapi",
    "streaming",
    "domain",
    "cloudfront-signed",
    "certificate",
    "environment",
}

# What a case is about, so that no tool may complain of it.
EXPECTED = {
    # SnapStart is for managed runtimes: `cargo lambdafy check` refuses it, and cfn-lint too.
    ("snapstart", "E2530"),
    # A value that looks like a substitution and must stay a text.
    ("environment", "E1029"),
}


def lint(text, option):
    config = ManualArgs(regions=["eu-west-1"])
    return [
        f"{match.linenumber}: {match.rule.id} {match.message}"
        for match in cfnlint.api.lint(text, config=config)
        if (option, match.rule.id) not in EXPECTED
    ]


class NoManagedPolicies:
    def load(self):
        return {}


def translated(text):
    """SAM to CloudFormation, as AWS does when the stack is made."""
    template = copy.deepcopy(decode_str(text)[0])
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return transform(template, {}, NoManagedPolicies())


def url_actions(template):
    """The permissions that a function URL needs, both of them."""
    found = set()
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::Permission":
            found.add((properties["Action"], properties.get("InvokedViaFunctionUrl")))
    return found


def check_sam(text, case):
    door, option = case
    yield from lint(text, option)
    try:
        template = translated(text)
    except Exception as error:  # noqa: BLE001: whatever it is, it is a finding
        yield f"aws-sam-translator: {error}"
        return
    if door == "function-url":
        needed = {("lambda:InvokeFunctionUrl", None), ("lambda:InvokeFunction", True)}
        if not needed <= url_actions(template):
            yield f"aws-sam-translator: lacks one of {needed}"


def check_cloudformation(text, case):
    yield from lint(text, case[1])


def long_form(node):
    """What cfn-lint reads, without the places of its nodes; a text with a dot is an attribute."""
    if isinstance(node, dict):
        if list(node) == ["Fn::GetAtt"] and isinstance(node["Fn::GetAtt"], str):
            return {"Fn::GetAtt": node["Fn::GetAtt"].split(".", 1)}
        return {str(key): long_form(value) for key, value in node.items()}
    if isinstance(node, list):
        return [long_form(item) for item in node]
    return str(node) if isinstance(node, str) else node


def check_same(text, _case, file):
    """The YAML that people read is the JSON that `deploy` sends."""
    sent = long_form(json.loads(text))
    written = long_form(decode_str((file.parent / "cloudformation.yaml").read_text())[0])
    if sent != written:
        yield "it is not what cloudformation.yaml is"


# What is so on purpose: load balancers, databases, distributions and security groups have names that
# nobody chooses, or share their actions; and whoever deploys may set the lifecycle of the app's buckets.
KNOWN_ISSUES = {"RESOURCE_STAR", "RESOURCE_EFFECTIVELY_STAR", "RESOURCE_POLICY_PRIVILEGE_ESCALATION"}


def check_policy(text, _case):
    """Every action exists, and is of a service that knows such resources."""
    for finding in analyze_policy_string(text).findings:
        if finding.issue not in KNOWN_ISSUES:
            yield f"parliament: {finding.issue} {finding.detail} {finding.location}"


def check_workflow(text, _case):
    """GitHub's schema of workflows, as the package check-jsonschema has it."""
    # Only its files: what it imports is not installed.
    schemas = Path(find_spec("check_jsonschema").origin).parent / "builtin_schemas/vendor"
    schema = json.loads((schemas / "github-workflows.json").read_text())
    # YAML 1.1 reads `on` as true.
    workflow = {("on" if key is True else key): value for key, value in yaml.safe_load(text).items()}
    for error in Draft7Validator(schema).iter_errors(workflow):
        yield f"{list(error.absolute_path)}: {error.message}"


def check_openapi(text, _case):
    document = decode_str(text)[0]
    try:
        validate(document)
    except Exception as error:  # noqa: BLE001
        # API Gateway's {name+} has the parameter `name`, which no other tool knows.
        if not re.search(r"Path parameter '\w+\+'", str(error)):
            yield f"openapi-spec-validator: {error}"


CHECKS = {
    "template.yaml": check_sam,
    "cloudformation.yaml": check_cloudformation,
    "openapi.yaml": check_openapi,
    "policy.json": check_policy,
    "function.json": check_policy,
    "workflow.yml": check_workflow,
}


def sam_validate(file):
    """The command that a user types, once for each front door."""
    command = [str(Path(sys.executable).parent / "sam"), "validate", "--lint", "--region", "eu-west-1"]
    # It neither reports to its maker nor leaves anything in the home folder.
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "HOME": str(file.parent)}
    done = subprocess.run(
        [*command, "--template", str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=file.parent,
        env=environment,
    )
    return [] if done.returncode == 0 else [f"sam validate --lint: {done.stdout}{done.stderr}"]


def findings(file):
    case = (file.parts[-3], file.parts[-2])
    if file.name == "cloudformation.json":
        found = list(check_same(file.read_text(), case, file))
    else:
        found = list(CHECKS[file.name](file.read_text(), case))
    if file.name == "template.yaml" and case[1] == "plain":
        found += sam_validate(file)
    return [f"{'/'.join(file.parts[-3:])}: {finding}" for finding in found]


def main(folder, everything):
    files = [
        file
        for file in sorted(folder.glob("*/*/*"))
        if file.name in [*CHECKS, "cloudformation.json"] and (everything or file.parts[-2] in OPTIONS)
    ]
    with Pool(2) as pool:
        found = sum(pool.map(findings, files, chunksize=1), [])
    print(f"{len(files)} files checked", *found, sep="\n")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "--all" in sys.argv))
