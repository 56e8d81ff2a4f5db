"""Reads the SAM template and the files that it names; `infra/template/` makes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from samtranslator.yaml_helper import yaml_parse

if TYPE_CHECKING:
    from pathlib import Path

LAYER_TYPES = {"AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"}


class TemplateError(ValueError):
    """A file can't be read; the message names it."""


def load(path: Path) -> dict[str, Any]:
    """Read YAML with CloudFormation's short forms, or JSON.

    Raises:
        TemplateError: the file is neither.
    """
    text = path.read_text(encoding="utf-8")
    try:
        loaded: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml_parse(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise TemplateError(f"{path} can't be read: {error}") from error
    return loaded


def load_whole(path: Path) -> dict[str, Any]:
    """The template with its state machines' definitions and `AWS::Include`s put inline.

    Raises:
        TemplateError: it, or a file that it names, can't be read.
    """
    whole: dict[str, Any] = _include(load(path), path.parent)
    for resource in whole["Resources"].values():
        properties = resource.get("Properties", {})
        uri = properties.get("DefinitionUri")
        if resource["Type"] == "AWS::Serverless::StateMachine" and isinstance(uri, str):
            del properties["DefinitionUri"]
            properties["Definition"] = load(path.parent / uri)
    return whole


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Properties of every function, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def function_defaults(template: dict[str, Any]) -> dict[str, Any]:
    """Properties that every function has unless it says otherwise."""
    defaults: dict[str, Any] = template.get("Globals", {}).get("Function", {})
    return defaults


def _include(node: Any, folder: Path) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(node, list):
        return [_include(item, folder) for item in node]
    if not isinstance(node, dict):
        return node
    transform = node.get("Fn::Transform")
    if isinstance(transform, dict) and transform.get("Name") == "AWS::Include":
        return _include(load(folder / transform["Parameters"]["Location"]), folder)
    return {key: _include(value, folder) for key, value in node.items()}
