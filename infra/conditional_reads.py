"""What the OpenAPI document says of reading again only what has changed (RFC 9110 §13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ETAG = {
    "ETag": {
        "description": "The version, for If-Match and If-None-Match.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
    }
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETags of the versions that you have: 304 if one of them is stored.",
    "schema": {"type": "string"},
}
_NOT_MODIFIED = "You have this version: no body."


def describe(paths: Mapping[str, dict[str, Any]]) -> None:
    """Say of each GET of what can be changed with If-Match that it takes If-None-Match."""
    for item in paths.values():
        if "get" not in item or not any(map(_compares, item.values())):
            continue
        read = item["get"]
        done = read["responses"]["200"]
        done["headers"] = {**done["headers"], **ETAG}
        unchanged = {"description": _NOT_MODIFIED, "headers": dict(done["headers"])}
        read["responses"] = dict(sorted({**read["responses"], "304": unchanged}.items()))
        read["parameters"] = [*read.get("parameters", []), IF_NONE_MATCH]


def _compares(operation: Mapping[str, Any]) -> bool:
    return any(one["name"] == "If-Match" for one in operation.get("parameters", []))
