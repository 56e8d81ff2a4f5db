"""The quick start as it is served, run line by line against the deployed platform."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local.journey import sample_pdf
from tests.integration.conftest import new_software, somebody

if TYPE_CHECKING:
    from infra.local.journey import Answer, Person
    from infra.local.stack import LocalStack

PAGE = Path(__file__).resolve().parents[2] / "functions/reference/pages/quick-start.md"
LIMIT = 300  # seconds: bounds a fault, not a busy machine


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language, in order."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _followed(platform: LocalStack, folder: Path, command: list[str]) -> str:
    """Run a program as its reader does, while somebody signs what reaches them."""
    software = new_software(platform, "Cabinet qui débute")
    signer = somebody(platform, "debut")
    (folder / "lettre.pdf").write_bytes(sample_pdf(["Lettre de mission"]))
    environment = {
        "PATH": os.environ["PATH"],
        "no_proxy": "*",
        "API": software.url,
        "TOKEN_URL": software.token_url,
        "CLIENT_ID": software.client_id,
        "CLIENT_SECRET": software.client_secret,
        "SIGNER_EMAIL": signer.email,
        "SIGNER_PHONE": signer.phone,
    }
    with ThreadPoolExecutor(1) as beside:
        signing = beside.submit(_sign, signer)
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert signing.result().status == 303
    assert b"/ByteRange" in (folder / "signed.pdf").read_bytes()
    return done.stdout


def _sign(signer: Person) -> Answer:
    return signer.sign(signer.link(signer.wait_mail()))


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("jq"), reason="needs curl and jq")
def test_the_commands_lead_to_a_signed_document(platform: LocalStack, tmp_path: Path) -> None:
    """Every block of shell, in order, in one shell."""
    script = "\n".join(blocks("sh"))
    said = _followed(platform, tmp_path, ["bash", "-euc", script]).split()
    assert said == ["ready", "active", "completed"]
    assert (tmp_path / "evidence.json").read_text(encoding="utf-8").startswith("{")


def test_the_python_program_does_the_same(platform: LocalStack, tmp_path: Path) -> None:
    """As it stands, with nothing but the standard library."""
    (program,) = blocks("python")
    (tmp_path / "sign.py").write_text(program, encoding="utf-8")
    assert _followed(platform, tmp_path, [sys.executable, "-I", "sign.py"]).startswith("launched")
