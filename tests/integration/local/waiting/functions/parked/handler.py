"""Keeps the task token that it is given, or fails on request."""

from __future__ import annotations

import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: object) -> None:
    """Store the token, so that the test can answer it."""
    if event["fail"]:
        raise RuntimeError("asked to fail")
    item = {"PK": {"S": event["id"]}, "token": {"S": event["token"]}}
    boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item=item)
