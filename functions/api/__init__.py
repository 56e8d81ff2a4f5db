"""The HTTP API for software: parses a call, runs one use case, maps the answer."""
