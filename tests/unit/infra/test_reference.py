"""The reference is made from the code: fresh, whole, and no problem that it does not know."""

from __future__ import annotations

import pytest

from infra import openapi
from infra.reference import __main__ as reference
from infra.reference import problem_codes
from infra.reference.schema_rows import rows

DOCUMENT = openapi.document()
PAGES = reference.generated()


def test_it_is_fresh() -> None:
    """`make generate` writes it."""
    assert reference.stale() == []


def test_every_problem_is_known() -> None:
    """A code that is put together where it is raised stands in a list."""
    assert problem_codes.unknown() == []
    for problem in problem_codes.catalogue():
        assert problem.statuses, problem.code


def test_fields_inside_fields_have_their_path() -> None:
    """Lists and choices are looked into."""
    schemas = {"Box": {"properties": {"x": {"type": "number"}}, "required": ["x"]}}
    boxes = {"type": "array", "items": {"$ref": "#/components/schemas/Box"}, "maxItems": 3}
    shape = {"properties": {"boxes": {"anyOf": [boxes, {"type": "null"}]}}}
    found = {row.name: row for row in rows(shape, schemas)}
    assert set(found) == {"boxes", "boxes[].x"}
    assert found["boxes"].says == "at most 3"
    assert found["boxes[].x"].required


@pytest.mark.parametrize("tag", [tag["name"] for tag in DOCUMENT["tags"]])
def test_every_resource_has_a_page(tag: str) -> None:
    """With each of its operations."""
    text = PAGES[f"resources/{tag}.md"]
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if operation["tags"][0] == tag:
                assert f"`{method.upper()} {path}`" in text
