"""What `make test` does on machines unlike this one: Debian as root or not, others, CI."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.local import prerequisites
from infra.local.prerequisites import Need, can_install, line_to_type, missing, report
from tests.support.tools import MissingToolError, leave_unjudged, missing_tool, tool

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "ID=fedora\n"
LACKING = [need for need in prerequisites.NEEDS if need.name in {"pdfsig", "chromium"}]


def test_only_what_is_not_there_is_missing() -> None:
    there = Need("sh", "dash", "", "nothing")
    gone = Need("no-such-command", "none", "", "nothing")
    java = Need("no-such-java", "none", "", "nothing", group="judge")
    assert missing([there, gone, java]) == [gone]
    assert missing([there, gone, java], ("test", "judge")) == [gone, java]


@pytest.mark.parametrize("release", [DEBIAN, MINT])
@pytest.mark.parametrize(
    ("is_root", "commands", "is_open", "command"),
    [
        (True, {"apt-get"}, False, ["apt-get"]),
        (False, {"apt-get", "sudo"}, True, ["sudo", "-n", "apt-get"]),
        (False, {"apt-get", "sudo"}, False, None),
        (False, {"apt-get"}, True, None),
        (True, set(), True, None),
    ],
)
def test_debian_and_its_kin_install_where_nobody_is_asked(
    release: str,
    is_root: bool,  # noqa: FBT001 - a case
    commands: set[str],
    is_open: bool,  # noqa: FBT001 - a case
    command: list[str] | None,
) -> None:
    found = can_install(
        release, is_root=is_root, has=commands.__contains__, sudo_is_open=lambda: is_open
    )
    assert found == command


@pytest.mark.parametrize("release", [FEDORA, ""])
def test_elsewhere_nothing_is_installed(release: str) -> None:
    assert can_install(release, is_root=True, has=lambda _: True, sudo_is_open=lambda: True) is None


def test_the_line_to_type_is_that_of_the_system() -> None:
    debian = "sudo apt-get install --no-install-recommends chromium poppler-utils"
    assert line_to_type(LACKING, DEBIAN, "Linux") == debian
    assert line_to_type(LACKING, "", "Darwin") == "brew install chromium poppler"
    assert line_to_type(LACKING, FEDORA, "Linux").endswith("pdfsig, chromium")


def test_the_end_says_what_was_not_judged_and_ci_fails() -> None:
    lines = "pdfsig\ttests/a.py::one\npdfsig\ttests/a.py::two\nchromium\ttests/b.py::one\n"
    text, code = report(lines, strict=False)
    assert code == 0
    assert "pdfsig: 2 test(s); without it nobody judges signatures, by Poppler" in text
    assert "chromium: 1 test(s)" in text
    assert report(lines, strict=True)[1] == 1
    assert report("", strict=True) == ("", 0)


def test_it_runs_with_nothing_installed() -> None:
    """It is what comes before the environment: the standard library is all it may import."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", prerequisites.__file__, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "--report" in done.stdout


def test_a_missing_tool_is_told_from_other_faults() -> None:
    with pytest.raises(MissingToolError, match="no-such-tool is missing"):
        tool("no-such-tool")
    assert missing_tool(MissingToolError("pdfsig")) == "pdfsig"
    wrapped = RuntimeError("no verdict")
    wrapped.__cause__ = FileNotFoundError(2, "No such file", "faketime")
    assert missing_tool(wrapped) == "faketime"
    assert missing_tool(FileNotFoundError(2, "No such file", "signed.pdf")) is None
    assert missing_tool(AssertionError()) is None
    assert missing_tool(None) is None


def _failed_report() -> pytest.TestReport:
    return pytest.TestReport("a.py::one", ("a.py", 3, "one"), {}, "failed", "no pdfsig", "call")


def test_a_test_without_its_judge_is_skipped_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "")
    lacking = _failed_report()
    leave_unjudged(lacking, MissingToolError("pdfsig"))
    assert lacking.skipped
    assert ("not judged", "pdfsig") in lacking.user_properties
    other = _failed_report()
    leave_unjudged(other, AssertionError())
    assert other.failed


def test_in_ci_it_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    lacking = _failed_report()
    leave_unjudged(lacking, MissingToolError("pdfsig"))
    assert lacking.failed
