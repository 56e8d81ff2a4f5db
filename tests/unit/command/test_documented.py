"""What `--help` and the documentation tell people to type is what the command takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from infra.layer import ROOT
from infra.local.demo import HOW_TO_LOOK
from tests.support.command_line import Typed, leaves, lines, taken, typed_in
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.command.parser import Command

PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
COMMANDS = {command.prog: command for command in leaves()}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that lines name: some are read while the line is parsed."""
    Image.new("RGBA", (40, 20), (200, 0, 0, 255)).save(tmp_path / "logo.png")
    root = TrustWorld().authority.chain.root
    (tmp_path / "tsa-root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda one: one.prog)
def test_help_has_a_sentence_an_example_and_the_exit_codes(command: Command) -> None:
    """And the example can be typed as it stands."""
    told = command.format_help()
    assert command.description is not None
    assert command.description.partition("\n")[0].endswith(".")
    assert f"\n  {command.wrong_usage:<4}wrong arguments" in told.partition("exit codes:")[2]
    examples = lines(told.partition("\nexample:\n")[2].partition("\nexit codes:\n")[0])
    assert examples
    assert all(taken(example) == {command.prog} for example in examples)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda one: one.prog)
def test_every_argument_says_what_it_is(command: Command) -> None:
    assert all(argument.help for argument in command._actions)


def test_documented_lines_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """In README and docs; and every command is told of somewhere."""
    shown: set[str] = set()
    for page in PAGES:
        for typed in typed_in(page.read_text(encoding="utf-8")):
            try:
                shown |= taken(typed)
            except (SystemExit, LookupError) as error:
                said = capsys.readouterr().err or repr(error)
                pytest.fail(f"{page.name}: paraphe {' '.join(typed.words)}: {said}")
    assert shown >= set(COMMANDS)


def test_the_demo_says_what_can_be_typed() -> None:
    assert [taken(one) for one in lines(HOW_TO_LOOK)] == [{"paraphe verify"}]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_runs_a_module_of_operators(page: Path) -> None:
    told = page.read_text(encoding="utf-8")
    assert "python -m infra.operate" not in told
    assert "`infra.operate." not in told


@pytest.mark.parametrize(
    "page",
    [
        "type `paraphe firm open --stack … --nam x` then",
        "see `paraphe firm seal-renew --now`",
        "see `paraphe firm open|close`",
        "```sh\nparaphe verify --trust root.pem  # no file\n```",
        "```sh\n.venv/bin/paraphe frim list --stack x\n```",
    ],
)
def test_what_is_not_taken_is_seen(page: str) -> None:
    """By these tests themselves."""
    (typed,) = typed_in(page)
    with pytest.raises((SystemExit, LookupError)):
        taken(typed)


def test_lines_and_mentions_are_told_apart() -> None:
    page = "`paraphe verify … --heads`\n```sh\nparaphe firm list \\\n  --stack paraphe # all\n```\n"
    fenced, inline = typed_in(page)
    assert fenced == Typed(("firm", "list", "--stack", "paraphe"), whole=True)
    assert inline == Typed(("verify", "x", "--heads"), whole=False)
