#!/usr/bin/env python3
"""Makes the fuzzers' first inputs of the conformance corpus: corpus/to_request and corpus/reply."""
import base64
import json
import pathlib

FUZZ = pathlib.Path(__file__).resolve().parent
CASES = FUZZ.parent / "tests" / "conformance"
# Places in EVENTS of fuzz_targets/reply.rs.
SOURCES = {
    "aws.apigw.v1": 0, "aws.apigw.http.v1": 1, "aws.apigw.v2": 2, "aws.url": 3,
    "aws.alb(single)": 4, "aws.alb(multi)": 5, "aws.lattice.v1": 6, "aws.lattice.v2": 7,
    "aws.edge": 8, "aws.apigw.websocket": 9, "passthrough": 11,
}
OPTIONS = [0, 0xFF, 0x10, 0x40]


def cases(kind):
    for file in sorted((CASES / kind).glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def write(target, name, data):
    folder = FUZZ / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def event(case):
    if "event_base64" in case:
        return base64.b64decode(case["event_base64"])
    return case["event"].encode()


def answer(app):
    lines = [f"{name}:{value}".encode() for name, value in app.get("headers", [])]
    lines += [n.encode() + b":" + base64.b64decode(v) for n, v in app.get("headers_b64", [])]
    body = base64.b64decode(app.get("body_base64") or "")
    return b"".join(line + b"\n" for line in lines) + b"\n" + body


count = 0
for number, case in enumerate(cases("requests")):
    write("to_request", case["id"], bytes([OPTIONS[number % len(OPTIONS)]]) + event(case))
    count += 1
for number, case in enumerate(cases("responses")):
    # The event of an answer is another seed for the requests.
    write("to_request", case["id"], b"\0" + event(case))
    source = SOURCES.get(case["target"], number % 12)
    status = case["app_response"].get("status", 200) - 100
    head = bytes([OPTIONS[number % len(OPTIONS)], source, status & 255, status >> 8, number % 7])
    write("reply", case["id"], head + answer(case["app_response"]))
    count += 2
print(f"{count} seeds in {FUZZ / 'corpus'}")
