"""What CloudFormation makes of the template on a given stage: SAM's transform, then values.

Only what the template uses is known; anything else raises, so that nothing is taken for granted.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra import sam_template
from infra.layer import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOURCE = ROOT / "infra" / "template.yaml"
NOTHING = object()
REGION = "eu-west-3"
PSEUDO: dict[str, object] = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "paraphe",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": NOTHING,
}
PRODUCTION = {
    "Stage": "prod",
    "PublicBaseUrl": "https://signature.cabinet.example",
    "FromAddress": "signature@martin.example",
    "TsaUrl": "https://tsa.example/tsr",
    "PkiBaseUrl": "http://pki.cabinet.example/pki",
    "AlarmEmail": "ops@martin.example",
}
_NAME = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")


class AssertionRefusedError(Exception):
    """A rule of the template refuses these parameters; the message is the rule's."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The template with every value filled in.

    Attributes:
        resources: by logical id, those whose condition holds. An attribute that only AWS knows is
            `<logical id>.<attribute>`, a resource's own name its logical id.
        outputs: likewise.
    """

    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties of every resource of a type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def statements(self, function: str) -> list[dict[str, Any]]:
        """What the role of a function allows."""
        role = self.resources[f"{function}Role"]["Properties"]
        return [s for p in role["Policies"] for s in p["PolicyDocument"]["Statement"]]


def deployed(parameters: Mapping[str, str]) -> Deployed:
    """Transform the template and fill in every value for these parameters.

    Raises:
        AssertionRefusedError: a rule of the template says no.
        KeyError: a parameter without a default is missing.
    """
    whole = source()
    values = _values(whole, parameters)
    _Resolver(whole, values).assert_rules()
    resolver = _Resolver(_transformed(), values)
    return Deployed(resolver.those_there("Resources"), resolver.those_there("Outputs"))


@cache
def source() -> dict[str, Any]:
    """The template as it is in the repository."""
    return sam_template.load_whole(SOURCE)


@cache
def _transformed() -> dict[str, Any]:
    """What SAM makes of it, whatever the parameters (they are left as references)."""
    whole = _without_local_paths(copy.deepcopy(source()))
    whole.pop("Rules", None)
    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    plain: dict[str, Any] = translator.translate(whole, {})
    return plain


def _values(whole: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    known = whole["Parameters"]
    unknown = set(parameters) - set(known)
    if unknown:
        raise KeyError(f"the template has no parameter {sorted(unknown)}")
    values = {}
    for name, parameter in known.items():
        value = str(parameters[name] if name in parameters else parameter["Default"])
        pattern = parameter.get("AllowedPattern")
        if pattern and not re.fullmatch(pattern, value):
            raise AssertionRefusedError(f"{name} does not match {pattern}")
        if value not in map(str, parameter.get("AllowedValues", [value])):
            raise AssertionRefusedError(f"{name} is none of {parameter['AllowedValues']}")
        values[name] = value
    return values


def _without_local_paths(whole: dict[str, Any]) -> dict[str, Any]:
    """What is uploaded before CloudFormation reads the template lies somewhere in S3."""
    somewhere = "s3://code/archive.zip"
    whole["Globals"]["Function"]["CodeUri"] = somewhere
    for resource in whole["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = somewhere
            resource.pop("Metadata", None)
    return whole


class _Resolver:
    def __init__(self, whole: dict[str, Any], values: Mapping[str, str]) -> None:
        self._whole = whole
        self._values = {**PSEUDO, **values}

    def assert_rules(self) -> None:
        for rule in self._whole.get("Rules", {}).values():
            if self.value(rule["RuleCondition"]):
                for asserted in rule["Assertions"]:
                    if not self.value(asserted["Assert"]):
                        raise AssertionRefusedError(asserted["AssertDescription"])

    def those_there(self, section: str) -> dict[str, Any]:
        return {
            name: self.value(part)
            for name, part in self._whole[section].items()
            if "Condition" not in part or self.condition(part["Condition"])
        }

    def condition(self, name: str) -> bool:
        return bool(self.value(self._whole["Conditions"][name]))

    def value(self, node: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, list):
            filled = [self.value(item) for item in node]
            return [item for item in filled if item is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            known = self._functions().get(function)
            if known is not None:
                return known(argument)
            if function.startswith("Fn::") and function != "Fn::Transform":
                raise NotImplementedError(function)
        filled_in = {key: self.value(item) for key, item in node.items()}
        return {key: item for key, item in filled_in.items() if item is not NOTHING}

    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": lambda name: self._values.get(name, name),
            "Condition": lambda c: (
                self.condition(c) if isinstance(c, str) else {"Condition": self.value(c)}
            ),
            "Fn::GetAtt": lambda path: path if isinstance(path, str) else ".".join(path),
            "Fn::Sub": self._sub,
            "Fn::If": lambda parts: self.value(parts[1 if self.condition(parts[0]) else 2]),
            "Fn::Equals": lambda parts: str(self.value(parts[0])) == str(self.value(parts[1])),
            "Fn::Not": lambda parts: not self.value(parts[0]),
            "Fn::And": lambda parts: all(self.value(part) for part in parts),
            "Fn::Or": lambda parts: any(self.value(part) for part in parts),
            "Fn::Split": lambda parts: self.value(parts[1]).split(parts[0]),
            "Fn::Select": lambda parts: self.value(parts[1])[int(parts[0])],
            "Fn::Join": lambda parts: parts[0].join(self.value(parts[1])),
        }

    def _sub(self, argument: Any) -> str:  # noqa: ANN401 - a text, or a text with names
        text, names = (argument, {}) if isinstance(argument, str) else argument
        given = {name: self.value(item) for name, item in names.items()}
        return _NAME.sub(lambda m: str({**self._values, **given}.get(m[1], m[1])), text)
