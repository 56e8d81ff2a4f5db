"""Whatever a document or a docstring names in the repository is there."""

from __future__ import annotations

import pytest

from infra import references
from infra.tree import files

NOT_THERE = "nowhere" + ".md"
TICK = "`"


def ticked(text: str) -> str:
    """Return the text in backticks, which this file itself may not hold around such names."""
    return f"See {TICK}{text}{TICK}."


def missing(line: str, path: str = "docs/API.md") -> list[str]:
    """Return what a line of a document names in vain."""
    return list(references.missing(path, line))


def test_nothing_dangles() -> None:
    """`python -m infra.references --mend` follows files that moved; the rest is for people."""
    found = references.dangling(files())
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "line",
    [
        f"As {NOT_THERE} says.",
        f"[how]({NOT_THERE})",
        f"[how]({NOT_THERE}#part)",
        "[how](SIGNING.md#no-such-part)",
        "[how](#no-such-part)",
        "(.." + "/shared)",
        ticked("tests/unit/nowhere"),
        ticked("tests/unit/{infra,nowhere}"),
        ticked("infra/nowhere.py"),
        ticked("nowhere.py"),
        ticked("usecases/nowhere*.py"),
        ticked("paraphe.nowhere"),
        ticked("paraphe.domain.errors.NowhereError"),
        ticked("python -m infra" + ".nowhere --check"),
        "python -m infra" + ".nowhere",
    ],
)
def test_what_is_not_there_is_found(line: str) -> None:
    assert len(missing(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "[how](SIGNING.md#the-life-of-a-signature)",
        "[elsewhere](https://example.org/project/x.md)",
        "docs/RULES.md, RULES.md and `docs/decisions/*.md`",
        "`tests/unit/{infra,web}`, `infra/rules.py --check`, `rules.py`",
        "`paraphe.domain.errors.ParapheError` by `python -m infra.rules`",
        "`uploads/<firm>/original.pdf` and `pki/root.pem` are keys of buckets",
    ],
)
def test_what_is_there_is_not(line: str) -> None:
    assert missing(line) == []


def test_what_only_moved_is_mended() -> None:
    """Where there is one file of that name; written as it was, from the package or the root."""
    gone = ticked("infra/" + "nowhere.py")
    before = [ticked("tests/" + "rules.py"), ticked("tests/" + "observe.py"), gone]
    after = references.mended("docs/API.md", "\n".join(before)).split("\n")
    assert after == [ticked("infra/rules.py"), ticked("observe.py"), gone]
