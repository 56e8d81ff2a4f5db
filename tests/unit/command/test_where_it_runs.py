"""`paraphe` from a checkout, from an installed package, and what each loads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.layer import ROOT
from infra.operate.commands import COMMANDS
from paraphe.command import operators

SOURCES = ROOT / "layers" / "core" / "src"
# Runs the command, then says which of these it has loaded.
HEAVY = """
import sys
from paraphe.command.main import main
try:
    main()
except SystemExit:
    pass
loaded = [name for name in ("boto3", "botocore", "cryptography", "shtab") if name in sys.modules]
sys.stderr.write(f"loaded {loaded}, infra {'infra' in sys.modules}")
"""


def _run(*command: str, cwd: Path, sources: Path = SOURCES) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(sources)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_names_are_those_that_a_checkout_has() -> None:
    assert tuple(COMMANDS) == operators.NAMES


@pytest.mark.parametrize("how", [("-m", "paraphe"), ("paraphe",)])
def test_a_checkout_has_the_operators_commands_from_any_folder(
    how: tuple[str, ...], tmp_path: Path
) -> None:
    """As a module, and as the script that is installed."""
    script = how == ("paraphe",)
    command = [str(Path(sys.executable).with_name("paraphe"))] if script else [sys.executable, *how]
    done = _run(*command, "firm", "--help", cwd=tmp_path)
    assert "seal-renew" in done.stdout, done.stderr


@pytest.mark.parametrize("name", operators.NAMES)
def test_an_installed_package_says_that_they_need_a_checkout(name: str, tmp_path: Path) -> None:
    """With its options, and beside a strange folder `infra`, which is not loaded."""
    site = tmp_path / "lib" / "site-packages"
    shutil.copytree(SOURCES / "paraphe" / "command", site / "paraphe" / "command")
    for other in ("__init__.py", "__main__.py", "contracts", "domain"):
        found = SOURCES / "paraphe" / other
        copy = shutil.copytree if found.is_dir() else shutil.copy
        copy(found, site / "paraphe" / other)
    strange = tmp_path / "infra" / "operate" / "commands"
    strange.mkdir(parents=True)
    (strange / "__init__.py").write_text("raise SystemExit('loaded')", encoding="utf-8")
    paraphe = (sys.executable, "-m", "paraphe")
    done = _run(*paraphe, name, "--stack", "x", "--help", cwd=tmp_path, sources=site)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"paraphe {name}: needs a checkout")
    listed = _run(*paraphe, "--help", cwd=tmp_path, sources=site)
    assert name in listed.stdout.partition("In a checkout of the repository also:")[2]
    assert _run(*paraphe, "verify", "--help", cwd=tmp_path, sources=site).returncode == 0


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["verify", "--help"], "loaded [], infra False"),
        (["verify", "missing.pdf"], "loaded [], infra False"),
        (["firm", "open", "--help"], "loaded [], infra True"),
        (["heads", "check", "--stack", "x"], "loaded [], infra True"),
    ],
)
def test_verifying_and_help_load_no_aws(words: list[str], loaded: str, tmp_path: Path) -> None:
    done = _run(sys.executable, "-c", HEAVY, *words, cwd=tmp_path)
    assert done.stderr.endswith(loaded), done.stderr
