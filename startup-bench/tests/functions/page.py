#!/usr/bin/env python3
"""A function for the tests: Lambda's Runtime API by Python's standard library alone.

GET /print?TEXT prints TEXT, /wait?SECONDS waits, /fail fails, /exit ends the process.
With the argument `prepare` it is no function: it writes its further arguments to the file $PREPARED.
"""
import http.client
import json
import os
import sys
import time
from urllib.parse import unquote

if sys.argv[1:2] == ["prepare"]:
    with open(os.environ["PREPARED"], "a", encoding="utf-8") as prepared:
        print(*sys.argv[2:], file=prepared)
    sys.exit()

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
ROOT = "/2018-06-01/runtime/invocation/"


def call(method, path, body=None):
    api.request(method, ROOT + path, body)
    response = api.getresponse()
    return response.headers, response.read()


def answer(event):
    path, query = event.get("rawPath", "/"), unquote(event.get("rawQueryString", ""))
    if path == "/print":
        print(query, file=sys.stderr, flush=True)
    elif path == "/wait":
        time.sleep(float(query))
    elif path == "/fail":
        raise ValueError("asked to fail")
    elif path == "/exit":
        sys.exit(3)
    return {"statusCode": 404 if path == "/missing" else 200, "body": path}


print("the function starts", flush=True)
while True:
    headers, event = call("GET", "next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        call("POST", request_id + "/response", json.dumps(answer(json.loads(event))))
    except ValueError as error:
        report = {"errorType": "ValueError", "errorMessage": str(error)}
        call("POST", request_id + "/error", json.dumps(report))
