"""The collection for API clients: whole, well-formed, without a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra import openapi
from infra.reference import collection
from infra.reference.operation_pages import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = openapi.document()
MADE = json.loads(collection.text(DOCUMENT))


def requests() -> Iterator[dict[str, Any]]:
    """Yield every request of every folder."""
    for folder in MADE["item"]:
        assert folder["name"]
        assert folder["description"]
        yield from (item["request"] for item in folder["item"])


def test_every_operation_is_in_it() -> None:
    """Once, with its address made of variables."""
    expected = {
        (method.upper(), "{{api}}" + path.replace("{", ":").replace("}", ""))
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item
    }
    found = [(request["method"], request["url"]["raw"]) for request in requests()]
    assert len(found) == len(expected)
    assert set(found) == expected


def test_requests_have_the_structure_of_the_format() -> None:
    """Address in parts, a variable for each `:name`, bodies that are JSON."""
    assert MADE["info"]["schema"] == collection.SCHEMA
    for request in requests():
        url = request["url"]
        assert url["raw"] == "/".join((*url["host"], *url["path"]))
        named = [part[1:] for part in url["path"] if part.startswith(":")]
        assert [one["key"] for one in url.get("variable", ())] == named
        assert all(one["disabled"] for one in url.get("query", ()))
        if "body" in request:
            json.loads(request["body"]["raw"])
            assert {"key": "Content-Type", "value": "application/json"} in request["header"]


def test_it_signs_in_with_client_credentials() -> None:
    """Every value that is a firm's own is a variable, and empty."""
    settings = {pair["key"]: pair["value"] for pair in MADE["auth"]["oauth2"]}
    assert settings["grant_type"] == "client_credentials"
    names = {variable["key"] for variable in MADE["variable"]}
    assert names == set(collection.VARIABLES)
    for key in ("accessTokenUrl", "clientId", "clientSecret"):
        assert settings[key].strip("{}") in names
    assert not any(variable["value"] for variable in MADE["variable"])
