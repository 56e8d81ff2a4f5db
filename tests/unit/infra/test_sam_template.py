"""Reading the SAM template and archiving code, as `make build` and the laptop do."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from infra import sam_template
from infra.local import deploy

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
Globals: {Function: {CodeUri: ../functions}}
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      DefinitionBody:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: openapi.json}}
  Sign: {Type: AWS::Serverless::Function, Properties: {Role: !GetAtt Role.Arn}}
  Flow: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: flow.asl.yaml}}
"""


def test_named_files_are_put_inline(tmp_path: Path) -> None:
    """Definitions and includes come from the template's own folder; short forms are understood."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "openapi.json").write_text(json.dumps({"openapi": "3.0.1"}))
    (tmp_path / "flow.asl.yaml").write_text("StartAt: Launch")
    whole = sam_template.load_whole(tmp_path / "template.yaml")
    resources = whole["Resources"]
    assert resources["Api"]["Properties"]["DefinitionBody"] == {"openapi": "3.0.1"}
    assert resources["Flow"]["Properties"] == {"Definition": {"StartAt": "Launch"}}
    assert sam_template.functions(whole) == {"Sign": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}}
    assert sam_template.function_defaults(whole) == {"CodeUri": "../functions"}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """The reader learns which file can't be read."""
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(sam_template.TemplateError, match=r"broken\.yaml"):
        sam_template.load(tmp_path / "broken.yaml")


def test_the_same_code_makes_the_same_archive(tmp_path: Path) -> None:
    """Unchanged code keeps its name in S3, so that a second deploy changes nothing."""
    for folder in ("one", "two"):
        (tmp_path / folder / "sign").mkdir(parents=True)
        (tmp_path / folder / "sign" / "handler.py").write_text("ANSWER = 42\n")
        (tmp_path / folder / "__pycache__").mkdir()
        (tmp_path / folder / "__pycache__" / "stale.pyc").write_bytes(folder.encode())
    archive = deploy.archive_code(tmp_path / "one")
    assert archive == deploy.archive_code(tmp_path / "two")
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert names[0] == "sign/handler.py"
    assert [name.split(".")[0] for name in names] == ["sign/handler", "sign/__pycache__/handler"]
