"""What `make lint` finds wrong with prose (docs/WRITING.md)."""

from __future__ import annotations

import pytest

from infra import prose

LONG = "The " + "long " * prose.LONGEST + "sentence goes on."
# In parts, so that this file itself reads well.
GIVE, PRIVATE = "Gi" + "ve", "so-" + "manieth"


def messages(text: str, path: str = "docs/x") -> list[str]:
    """Return what is wrong with a document, with the lines."""
    return [f"{fault.line}: {fault.message}" for fault in prose.of_document(path, text)]


def test_plain_sentences_pass() -> None:
    assert messages("# Title\n\nThe door checks the hash. It refuses `what is` wrong.\n") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Short.\n\n{LONG}", "3: 49 words in a sentence"),
        (f"- one\n- {LONG}", "2: 49 words"),
        (f"| a | b |\n|---|---|\n| c | {LONG} |", "3: 49 words"),
        (
            "It is made, was sent,\nand is kept and is told to who is asked.",
            "1: who does all this?",
        ),
        (f"One.\nThe {PRIVATE} time.", f'2: "{PRIVATE}" is a word of our own'),
        ("One.\n\nThis is very unique.", "3: "),
    ],
)
def test_what_reads_badly_is_found_at_its_line(text: str, found: str) -> None:
    assert any(message.startswith(found) for message in messages(text)), messages(text)


def test_code_and_generated_lists_are_not_read() -> None:
    generated = f"<!-- generated: begin -->\n{LONG}\n<!-- generated: end -->"
    assert messages(f"```\n{LONG}\n```\n\n{generated}\n\n`{PRIVATE}`") == []


def test_decisions_may_list_more() -> None:
    assert messages(LONG, "docs/decisions/1") == []


def test_docstrings_say_what_is_returned() -> None:
    source = (
        f'def one():\n    """{GIVE} the one."""\n\n\nclass Two:\n    """The {PRIVATE} two."""\n'
    )
    assert [(fault.line, fault.message[:12]) for fault in prose.of_code("x.py", source)] == [
        (2, "a docstring "),
        (6, f'"{PRIVATE}"'[:12]),
    ]
