"""What tests need beside Python packages: judges of our PDFs, and a browser.

`python -m infra.local.prerequisites` looks before any test runs. On Debian and its kin, as root or
with a sudo that asks for no password, it installs what is missing; elsewhere it says what to type.
Tests that need what is still missing are skipped, and `--report` says at the end what was not
judged. With CI=true, missing means failed, at once.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
# Where each run of pytest writes which tests a missing tool kept from judging.
NOT_JUDGED = ROOT / "out" / "not-judged.txt"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that tests use.

    Attributes:
        name: of the command, or what else is looked for.
        debian: package of Debian and Ubuntu.
        brew: formula or cask of Homebrew; empty if there is none.
        judges: what is not judged without it.
        is_there: looks for it; by default the command.
        group: `test` for all tests, `judge` for `make judge` alone.
    """

    name: str
    debian: str
    brew: str
    judges: str
    is_there: Callable[[], bool] | None = None
    group: str = "test"

    @property
    def is_missing(self) -> bool:
        """Whether it is not on this machine."""
        found = self.is_there() if self.is_there else shutil.which(self.name) is not None
        return not found


def _chromium() -> bool:
    names = ("chromium", "google-chrome")
    return "CHROMIUM" in os.environ or any(shutil.which(name) for name in names)


def _fonts() -> bool:
    command = shutil.which("fc-list")
    if command is None:
        return platform.system() != "Linux"
    done = subprocess.run([command], capture_output=True, text=True, check=False)
    return "dejavu" in done.stdout.lower()


def _venv() -> bool:
    """Whether an environment can be made: `make` knows other ways than ensurepip."""
    names = ("ensurepip", "pip")
    if any(importlib.util.find_spec(name) is not None for name in names):
        return True
    return shutil.which("uv") is not None or (ROOT / ".venv" / ".uv").exists()


NEEDS = (
    Need("python3-venv", "python3-venv", "", "anything: no environment can be made", _venv),
    Need("pdfsig", "poppler-utils", "poppler", "signatures, by Poppler"),
    Need("qpdf", "qpdf", "qpdf", "the form of signed files"),
    Need("mutool", "mupdf-tools", "mupdf-tools", "signed files, by MuPDF"),
    Need("openssl", "openssl", "openssl", "certificates, OCSP, lists and time-stamps, by OpenSSL"),
    Need("faketime", "faketime", "libfaketime", "verdicts years later"),
    Need("chromium", "chromium", "chromium", "the pages, in a browser", _chromium),
    Need("fonts", "fonts-dejavu-core", "", "the look of the pages", _fonts),
    Need("javac", "default-jdk-headless", "openjdk", "signed files, by EU DSS", group="judge"),
    Need("mvn", "maven", "maven", "signed files, by EU DSS", group="judge"),
)


def missing(needs: Iterable[Need] = NEEDS, groups: Sequence[str] = ("test",)) -> list[Need]:
    """What is not here, of these groups."""
    return [need for need in needs if need.group in groups and need.is_missing]


def can_install(
    release: str, *, is_root: bool, has: Callable[[str], bool], sudo_is_open: Callable[[], bool]
) -> list[str] | None:
    """The beginning of the command that installs packages here without asking, or None.

    Args:
        release: what /etc/os-release says; empty where there is none.
        is_root: whether we may do everything.
        has: tells whether a command is there.
        sudo_is_open: tells whether sudo asks for no password.
    """
    if not is_debian(release) or not has("apt-get"):
        return None
    if is_root:
        return ["apt-get"]
    return ["sudo", "-n", "apt-get"] if has("sudo") and sudo_is_open() else None


def is_debian(release: str) -> bool:
    """Whether packages come with apt: Debian, Ubuntu and what is made of them."""
    lines = dict(line.partition("=")[::2] for line in release.splitlines() if "=" in line)
    kin = f"{lines.get('ID', '')} {lines.get('ID_LIKE', '')}".replace('"', "").split()
    return bool({"debian", "ubuntu"} & set(kin))


def line_to_type(needs: Sequence[Need], release: str, system: str) -> str:
    """What a person types here to get them."""
    if is_debian(release):
        packages = " ".join(sorted({need.debian for need in needs}))
        return f"sudo apt-get install --no-install-recommends {packages}"
    if system == "Darwin":
        formulas = " ".join(sorted({need.brew for need in needs if need.brew}))
        return f"brew install {formulas}"
    names = ", ".join(need.name for need in needs)
    return f"install with this system's own package manager: {names}"


def report(not_judged: str, *, strict: bool) -> tuple[str, int]:
    """What to say at the end, and the exit code.

    Args:
        not_judged: a line a test, as `NOT_JUDGED` has them.
        strict: whether that fails.
    """
    lines = sorted(set(not_judged.splitlines()))
    if not lines:
        return "", 0
    by_tool: dict[str, int] = {}
    for line in lines:
        tool = line.partition("\t")[0]
        by_tool[tool] = by_tool.get(tool, 0) + 1
    what = {need.name: need.judges for need in NEEDS}
    told = "".join(
        f"\n  {tool}: {count} test(s); without it nobody judges {what.get(tool, 'them')}"
        for tool, count in sorted(by_tool.items())
    )
    return f"All that ran has passed, but this was NOT judged, for want of a tool:{told}", int(
        strict
    )


def main(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="make prerequisites", description=__doc__)
    parser.add_argument("--report", action="store_true", help="say what was not judged")
    parser.add_argument("--judge", action="store_true", help="what `make judge` needs as well")
    given = parser.parse_args(arguments)
    strict = environment.get("CI", "") == "true"
    if given.report:
        text, code = report(_read(NOT_JUDGED), strict=strict)
        if text:
            print(text)
        return code
    NOT_JUDGED.unlink(missing_ok=True)
    return _prepare(("test", "judge") if given.judge else ("test",), strict=strict)


def _prepare(groups: Sequence[str], *, strict: bool) -> int:
    lacking = missing(groups=groups)
    if not lacking:
        return 0
    release = _read(Path("/etc/os-release"))
    command = can_install(
        release,
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        has=lambda name: shutil.which(name) is not None,
        sudo_is_open=_sudo_is_open,
    )
    if command is not None:
        _install(command, [need.debian for need in lacking])
        lacking = missing(groups=groups)
    if not lacking:
        return 0
    print(f"Missing: {', '.join(need.name for need in lacking)}. To have them:", file=sys.stderr)
    print(f"  {line_to_type(lacking, release, platform.system())}", file=sys.stderr)
    if not strict:
        print("The rest runs; the end says what was not judged.", file=sys.stderr)
    return int(strict)


def _install(command: Sequence[str], packages: Iterable[str]) -> None:
    names = sorted(set(packages))
    print(f"Installing: {' '.join(names)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for more in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        done = subprocess.run([*command, *more], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"{command[-1]} {more[0]} failed; see above.", file=sys.stderr)
            return


def _sudo_is_open() -> bool:
    done = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return done.returncode == 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
