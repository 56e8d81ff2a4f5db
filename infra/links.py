"""The links of the OpenAPI document: which answers hold the ids that other operations take.

They are read off the paths: what `POST /things` answers has the `id` of `/things/{thing_id}` and of
everything below it, and the first item of `GET /things` as well.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.operations import Operation

_PARAMETER = re.compile(r"\{(\w+)\}")


def links(operation: Operation[Any], table: tuple[Operation[Any], ...]) -> dict[str, Any]:
    """Return an operation's links to those that can follow it, by the ids of these."""
    found = _made(operation, table) or _listed(operation, table)
    if found is None:
        return {}
    item, expression = found
    names = _PARAMETER.findall(item)
    parameters = {name: f"$request.path.{name}" for name in names} | {names[-1]: expression}
    return {
        target.id: {"operationId": target.id, "parameters": parameters}
        for target in table
        if _is_at(target.path, item) and set(_PARAMETER.findall(target.path)) <= set(names)
    }


def _made(operation: Operation[Any], table: tuple[Operation[Any], ...]) -> tuple[str, str] | None:
    """Return the path of what the operation makes, and where its answer has the id."""
    if operation.method != "POST" or not _has(operation.answer, "id"):
        return None
    items = [path for path in _items(table) if path.rpartition("/")[0] == operation.path]
    if operation.status == HTTPStatus.CREATED:
        shown = (o for o in table if o.method == "GET" and o.answer is operation.answer)
        items += [one.path for one in shown if one.path.endswith("}")]
    return (items[0], "$response.body#/id") if items else None


def _listed(operation: Operation[Any], table: tuple[Operation[Any], ...]) -> tuple[str, str] | None:
    """Return the path of what the operation lists, and where its answer has the first one's id."""
    if operation.method != "GET" or operation.answer is None:
        return None
    field = operation.answer.model_fields.get("items")
    kinds = get_args(field.annotation) if field else ()
    if not kinds:
        return None
    of_object = isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel)
    if of_object and not _has(kinds[0], "id"):
        return None
    expression = "$response.body#/items/0" + ("/id" if of_object else "")
    for path in _items(table):
        if path.rpartition("/")[0] == operation.path:
            return path, expression
    return None


def _items(table: tuple[Operation[Any], ...]) -> Iterator[str]:
    """Return the paths of single things: up to a parameter, of any operation."""
    for path in dict.fromkeys(operation.path for operation in table):
        for parameter in _PARAMETER.finditer(path):
            yield path[: parameter.end()]


def _is_at(path: str, item: str) -> bool:
    return path == item or path.startswith(f"{item}/")


def _has(shape: type[BaseModel] | None, field: str) -> bool:
    return shape is not None and field in shape.model_fields
