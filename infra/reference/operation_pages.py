"""One page per resource: each operation with its call, fields, answer, example and problems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra.reference.schema_rows import Row, kind, rows, says

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def tag_title(tag: str) -> str:
    """Return a resource's heading."""
    return tag.replace("_", " ").capitalize().replace("Api ", "API ")


def by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    """Return each resource's operations as (method, path, operation), in the document's order."""
    found: dict[str, list[tuple[str, str, Document]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                tag = item[method]["tags"][0]
                found.setdefault(tag, []).append((method.upper(), path, item[method]))
    return found


def page(tag: str, operations: Iterable[tuple[str, str, Document]], document: Document) -> str:
    """Write the page of a resource, in Markdown."""
    described = {one["name"]: one.get("description", "") for one in document["tags"]}
    parts = [f"# {tag_title(tag)}", described.get(tag, "")]
    for method, path, operation in operations:
        parts += _operation(method, path, operation, document)
    return typeset(parts)


def _operation(method: str, path: str, operation: Document, document: Document) -> list[str]:
    schemas = document["components"]["schemas"]
    scope = operation["security"][0]["oauth2"][0] if operation.get("security") else ""
    parts = [
        f"## {operation['summary']}",
        f"`{method} {path}`" + (f" · scope `{scope}`" if scope else ""),
        operation.get("description", ""),
    ]
    parameters = [
        Row(
            p["name"],
            kind(p["schema"], schemas),
            bool(p.get("required")),
            p.get("description") or says(p["schema"], schemas),
        )
        for p in operation.get("parameters", ())
        if p["in"] != "header"
    ]
    if parameters:
        parts += ["### Parameters", _table(parameters, "needed")]
    body = _content(operation.get("requestBody", {}))
    if body:
        found = rows(body["schema"], schemas)
        parts += ["### Body", _table(found, "needed")] if found else []
    parts += _call(method, path, body)
    parts += _answers(operation)
    codes = [status for status in operation["responses"] if int(status) >= 400]
    parts.append("Problems: " + ", ".join(codes) + ". See [Problems](../problems.md).")
    return parts


def _call(method: str, path: str, body: Document) -> list[str]:
    example = body.get("example") if body else None
    lines = [f'curl -s -X {method} "$API{path}" -H "Authorization: Bearer $TOKEN"']
    if method == "GET":
        lines = [f'curl -s "$API{path}" -H "Authorization: Bearer $TOKEN"']
    if example is not None:
        sent = json.dumps(example, ensure_ascii=False)
        lines[0] += " \\"
        lines.append(f"  -H 'Content-Type: application/json' -d '{sent}'")
    return ["```sh\n" + "\n".join(lines) + "\n```"]


def _answers(operation: Document) -> list[str]:
    parts = []
    for status, answer in operation["responses"].items():
        if int(status) >= 300:
            continue
        content = _content(answer)
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        what = f" It is [{object_title(name)}](../objects.md#{anchor(name)})." if name else ""
        parts.append(f"### Answer {status}\n\n{answer['description']}{what}")
        if "example" in content:
            text = json.dumps(content["example"], indent=2, ensure_ascii=False)
            parts.append(f"```json\n{text}\n```")
    return parts


def objects(document: Document) -> str:
    """Write the page of what operations answer: one table per shape, in Markdown."""
    schemas = document["components"]["schemas"]
    answered = sorted(
        {
            _content(answer).get("schema", {}).get("$ref", "").rpartition("/")[2]
            for item in document["paths"].values()
            for method in METHODS
            for answer in item.get(method, {}).get("responses", {}).values()
        }
        - {""}
    )
    parts = ["# Objects", "What operations answer. Ignore fields that you do not know."]
    for name in answered:
        described = " ".join(schemas[name].get("description", "").split())
        parts += [
            f"## {object_title(name)}",
            described,
            _table(rows(schemas[name], schemas), "always"),
        ]
    return typeset(parts)


def typeset(parts: Iterable[str]) -> str:
    """Join what is not empty; docstrings write the sign of multiplication as a letter."""
    return "\n\n".join(part for part in parts if part).replace(" x 24 h", " \u00d7 24 h") + "\n"


def object_title(name: str) -> str:
    """Return how a shape is called: `RequestOut` is a Request."""
    return name.removesuffix("Out")


def anchor(name: str) -> str:
    """Return the fragment of a shape's heading."""
    return object_title(name).lower()


def _content(holder: Document) -> Document:
    found: Document = holder.get("content", {}).get("application/json", {})
    return found


def _table(found: Iterable[Row], mark: str) -> str:
    lines = [f"| field | holds | {mark} | means |", "|---|---|---|---|"]
    for row in found:
        yes = "yes" if row.required else ""
        lines.append(f"| `{row.name}` | {_cell(row.kind)} | {yes} | {_cell(row.says)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
