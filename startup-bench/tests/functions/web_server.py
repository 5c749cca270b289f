#!/usr/bin/env python3
"""A web server, which is no Lambda function."""
import http.server

with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    server.serve_forever()
