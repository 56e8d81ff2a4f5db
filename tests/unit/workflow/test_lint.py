"""cfn-lint reads the state machine too (E3601): in the SAM template it does not open the file."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra import sam_template

DEFINITION = sam_template.load(Path(sam_template.__file__).with_name("workflow.asl.yaml"))


def _lint(definition: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """Put a definition into a plain CloudFormation template and lint that."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    properties = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Definition": definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    file = folder / "template.json"
    whole = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {"Role": role, "Machine": machine},
    }
    file.write_text(json.dumps(whole), encoding="utf-8")
    cfn_lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [cfn_lint, "--non-zero-exit-code", "warning", "-t", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_definition_is_valid_amazon_states_language(tmp_path: Path) -> None:
    """Nothing misspelt, nothing missing."""
    done = _lint(DEFINITION, tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_misspelt_field_is_found(tmp_path: Path) -> None:
    """The check above can fail."""
    broken = copy.deepcopy(DEFINITION)
    broken["States"]["Launch"]["Nxt"] = "Route"
    done = _lint(broken, tmp_path)
    assert done.returncode != 0
    assert "E3601" in done.stdout
