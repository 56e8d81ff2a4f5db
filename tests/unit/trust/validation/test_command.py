"""`paraphe verify`: exit codes, languages, JSON, moved clocks, confinement."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.local.journey import sample_pdf
from paraphe.command.main import main
from paraphe.command.parser import NO_VERDICT as USAGE
from tests.support import attacks, signed
from tests.support.tools import tool

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = Path(__file__).resolve().parents[4] / "layers" / "core" / "src"
LATER = [("1h", timedelta(hours=1)), ("8d", timedelta(days=8)), ("200d", timedelta(days=200))]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`signed.pdf`, `roots.pem`, `tampered.pdf`, `unsigned.pdf`, signed a minute ago."""
    folder = tmp_path_factory.mktemp("verify")
    house = signed.house(datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1))
    data = signed.signed(house)[-1]
    (folder / "signed.pdf").write_bytes(data)
    (folder / "roots.pem").write_bytes(house.roots_pem)
    unsealed = signed.signed(house, sealed=False)[-1]
    (folder / "unsealed.pdf").write_bytes(unsealed)
    (folder / "tampered.pdf").write_bytes(attacks.content(data))
    (folder / "unsigned.pdf").write_bytes(sample_pdf(["x"]))
    return folder


def run(files: Path, *arguments: str, before: Sequence[str] = ()) -> tuple[int, str]:
    """Run the command in a process of its own; exit code and standard output."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "paraphe", "verify", *arguments],
        cwd=files,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_exit_codes(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 valid, 1 tampered, 2 unknown trust, 3 no PDF, 4 not signed, 64 wrong usage."""
    monkeypatch.chdir(files)
    trust = ["--trust", "roots.pem"]
    assert main(["verify", "signed.pdf", *trust]) == 0
    assert main(["verify", "tampered.pdf", *trust]) == 1
    assert main(["verify", "signed.pdf"]) == 2
    assert main(["verify", "unsigned.pdf", *trust]) == 4
    assert main(["verify", "roots.pem", *trust]) == 3
    assert main(["verify", "missing.pdf"]) == USAGE
    assert main(["verify", "signed.pdf", "--trust", "unsigned.pdf"]) == USAGE
    with pytest.raises(SystemExit, match=str(USAGE)):
        main(["verify"])
    assert capsys.readouterr().out


def test_roots_for_each_purpose(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bundle with labels, or an option or a variable for each; swapped, nothing is trusted."""
    monkeypatch.chdir(files)
    root, stamps = files / "root.pem", files / "stamps.pem"
    ends = x509.load_pem_x509_certificates((files / "roots.pem").read_bytes())
    for path, end in zip((root, stamps), ends, strict=True):
        path.write_bytes(end.public_bytes(Encoding.PEM))
    verify = ["verify", "signed.pdf"]
    assert main([*verify, "--trust", "root.pem", "--trust-tsa", "stamps.pem"]) == 0
    assert main([*verify, "--trust", "stamps.pem", "--trust-tsa", "root.pem"]) == 2
    assert main([*verify, "--trust", "root.pem"]) == 2
    assert main([*verify, "--trust-tsa", "stamps.pem"]) == 2
    # As bundles were before: two files for everything, nothing said.
    assert main([*verify, "--trust", "root.pem", "--trust", "stamps.pem"]) == 0
    monkeypatch.setenv("PARAPHE_TRUST", "root.pem")
    monkeypatch.setenv("PARAPHE_TRUST_TSA", "stamps.pem")
    assert main(verify) == 0
    (files / "wrong.pem").write_bytes(b"Trust: everything\n" + root.read_bytes())
    assert main([*verify, "--trust", "wrong.pem"]) == USAGE


def test_languages(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """French and English; Paris and UTC; never a claim of qualification."""
    monkeypatch.chdir(files)
    for lang, word in (("fr", "Autorité racine"), ("en", "Root authority")):
        assert main(["verify", "signed.pdf", "--trust", "roots.pem", "--lang", lang]) == 0
        said = capsys.readouterr().out
        assert word in said
        assert "Europe/Paris" in said
        assert "PAdES-B-LTA" in said
        assert "ualifié" not in said
        assert "qualified" not in said


def test_json(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything as JSON, with a report for each signature."""
    monkeypatch.chdir(files)
    assert main(["verify", "signed.pdf", "--trust", "roots.pem", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["exit_code"]) == ("valid", 0)
    reports = [one["report"] for one in said["signatures"] if one["kind"] != "timestamp"]
    assert len(reports) == 3
    assert all(report.startswith("<?xml") for report in reports)


def test_confined(files: Path) -> None:
    """The same in a child process with limits."""
    code, said = run(files, "signed.pdf", "--trust", "roots.pem", "--confined", "--lang", "en")
    assert code == 0, said
    assert said.startswith("VALID")


@pytest.mark.parametrize(
    ("name", "offset", "moved"),
    [
        *(("signed.pdf", *later) for later in (*LATER, ("1826d", timedelta(days=1826)))),
        *(("unsealed.pdf", *later) for later in LATER),
    ],
)
def test_clock_moved(files: Path, name: str, offset: str, moved: timedelta) -> None:
    """With the whole process's clock moved, pyHanko's own "now" included."""
    faketime = tool("faketime")
    code, said = run(
        files, name, "--trust", "roots.pem", "--json", before=[faketime, "-f", f"+{offset}"]
    )
    assert code == 0, said
    at = datetime.fromisoformat(json.loads(said)["at"])
    assert at - datetime.now(UTC) > moved - timedelta(minutes=5)
