"""`paraphe completion`: the bash script is tried in bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infra.layer import ROOT
from paraphe.command.completion import SHELLS
from paraphe.command.main import main
from tests.support.tools import tool

if TYPE_CHECKING:
    from pathlib import Path

# What bash does on TAB: the words typed so far, the last one unfinished, then the function.
PRESS_TAB = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
definition=$(complete -p paraphe)
name=${definition##*-F }; name=${name%% *}
"$name" paraphe "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", "bash"]) == 0
    file = tmp_path / "paraphe"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    return file


def _tab(script: Path, *words: str) -> list[str]:
    done = subprocess.run(
        [tool("bash"), "-c", PRESS_TAB, "bash", str(script), "paraphe", *words],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["fi"], ["firm"]),
        (["member", ""], ["enrol", "change", "bind", "revoke", "list"]),
        (["firm", "seal-renew", "--st"], ["--stack"]),
        (["revoke", "--reason", "key"], ["key-compromise"]),
        (["completion", "z"], ["zsh"]),
        (["verify", "--lang", ""], ["fr", "en"]),
        (["nothing", "x"], []),
    ],
)
def test_bash_completes(script: Path, words: list[str], offered: list[str]) -> None:
    assert sorted(_tab(script, *words)) == sorted(offered)


def test_bash_completes_files(script: Path) -> None:
    (script.parent / "signed.pdf").touch()
    assert _tab(script, "verify", "sig") == ["signed.pdf"]
    assert _tab(script, "firm", "stamp", "--picture", "sig") == ["signed.pdf"]


def test_without_shtab_it_says_what_is_missing() -> None:
    """As where only the wheel is installed."""
    without = "import sys; sys.modules['shtab'] = None; from paraphe.command.main import main"
    done = subprocess.run(
        [sys.executable, "-c", f"{without}; sys.exit(main(['completion', 'bash']))"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "core" / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "paraphe completion: the package shtab is missing: pip install shtab\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_reads_its_script(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As far as the shell is here; every command is in the script anyhow."""
    assert main(["completion", shell]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("seal-renew", "key-compromise", "--heads-token"))
    found = shutil.which(shell)
    if found:
        file = tmp_path / "script"
        file.write_text(told, encoding="utf-8")
        subprocess.run([found, "-n", str(file)], check=True)
