"""The routes in the template are those of the applications."""

from __future__ import annotations

import pytest

from infra import generate
from infra.routes import Route

ROUTE = Route("api", "/v1/things/{id}", "GET", "paraphe/requests.read", "get_thing")
MARKED = "a\n        # routes of api: begin\nold\n        # routes of api: end\nb\n"


def test_the_template_is_fresh() -> None:
    """Otherwise run `python -m infra.generate`."""
    stored = generate.TEMPLATE.read_text(encoding="utf-8")
    assert generate.generated(stored) == stored


def test_only_what_is_between_the_markers_changes() -> None:
    """And a second run changes nothing."""
    once = generate.generate(MARKED, (ROUTE,), "api")
    assert once.startswith("a\n        # routes of api: begin\n        GetThingGet:\n")
    assert "Path: '/v1/things/{id}'" in once
    assert "AuthorizationScopes: [paraphe/requests.read]" in once
    assert once.endswith("        # routes of api: end\nb\n")
    assert "old" not in once
    assert generate.generate(once, (ROUTE,), "api") == once


def test_missing_markers_are_an_error() -> None:
    """Nothing is dropped silently."""
    with pytest.raises(generate.MarkersMissingError, match="web"):
        generate.generate(MARKED, (), "web")
