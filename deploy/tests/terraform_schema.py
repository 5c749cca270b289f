"""Writes terraform-schema.json: what Terraform's AWS provider knows of the resources that are used.

No provider can be fetched where only package registries are reached, but a description of one can:
cdktf-cdktf-provider-aws has the attributes and blocks of version 6.25.0 as Python classes.

usage: pip download --no-deps cdktf-cdktf-provider-aws==21.22.1
       terraform_schema.py WHEEL FOLDER_WITH_MAIN_TF > terraform-schema.json
"""

import ast
import json
import re
import sys
import zipfile
from pathlib import Path

OWN = {"scope", "id_", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"}

# What came after 6.25.0: the provider's changelog of 6.29.0.
LATER = {"resource.aws_lambda_permission": ["invoked_via_function_url"]}


class Provider:
    def __init__(self, wheel):
        self.wheel = zipfile.ZipFile(wheel)
        self.modules = {}

    def classes(self, module):
        if module not in self.modules:
            source = self.wheel.read(f"cdktf_cdktf_provider_aws/{module}/__init__.py").decode()
            found = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
            self.modules[module] = {node.name: node for node in found}
        return self.modules[module]

    def describe(self, module, node, top):
        out = {"required": [], "optional": [], "blocks": {}}
        arguments = constructor(node).args
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
            if top and argument.arg in OWN:
                continue
            inner = re.search(r"['\"](\w+)['\"], typing\.Dict", ast.unparse(argument.annotation))
            name = argument.arg.rstrip("_")
            if inner and inner.group(1) in self.classes(module):
                out["blocks"][name] = self.describe(module, self.classes(module)[inner.group(1)], False)
            else:
                out["required" if default is None else "optional"].append(name)
        return out

    def resource(self, kind, name):
        module = ("data_aws_" if kind == "data" else "") + name.removeprefix("aws_")
        for node in self.classes(module).values():
            function = constructor(node)
            if function and any(argument.arg == "scope" for argument in function.args.args):
                return self.describe(module, node, True)
        raise KeyError(name)


def constructor(node):
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    return next((item for item in functions if item.name == "__init__"), None)


def main(wheel, folder):
    used = set()
    for file in Path(folder).rglob("main.tf"):
        used |= set(re.findall(r'^(resource|data) "(\w+)"', file.read_text(), re.M))
    provider = Provider(wheel)
    schema = {f"{kind}.{name}": provider.resource(kind, name) for kind, name in sorted(used)}
    for name, attributes in LATER.items():
        schema[name]["optional"] += attributes
    lines = [f"{json.dumps(name)}: {json.dumps(value, sort_keys=True)}" for name, value in schema.items()]
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main(*sys.argv[1:])
