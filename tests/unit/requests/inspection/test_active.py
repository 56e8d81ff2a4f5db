"""Scripts and actions: refused, and what the file becomes without them is ready all the same."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.domain.requests.inspection import REMOVABLE, Accepted, RefusalReason, Refused
from tests.unit.requests.inspection import builder
from tests.unit.requests.inspection.test_refusals import HOSTILE, JS

if TYPE_CHECKING:
    from pathlib import Path

R = RefusalReason
ACTIVE = [name for name, (_, reason) in HOSTILE.items() if reason in REMOVABLE]


def without(data: bytes, folder: Path) -> tuple[Accepted, bytes]:
    """Inspect a file with active content; return what it becomes without, and its bytes."""
    (folder / "upload.pdf").write_bytes(data)
    result = inspect_pdf(folder / "upload.pdf", folder / "document.pdf")
    assert isinstance(result, Refused)
    assert result.without is not None, result
    return result.without, (folder / "document.pdf").read_bytes()


@pytest.mark.parametrize("name", ACTIVE)
def test_without_it_the_file_is_acceptable(name: str, tmp_path: Path) -> None:
    """What is left is looked through as any upload is, and nothing else is found."""
    accepted, left = without(HOSTILE[name][0], tmp_path)
    assert accepted.removed[0] == HOSTILE[name][1]
    assert accepted.original_sha256 != accepted.sha256
    (tmp_path / "again.pdf").write_bytes(left)
    again = inspect_pdf(tmp_path / "again.pdf", tmp_path / "more.pdf")
    assert isinstance(again, Accepted)
    assert again.removed == ()


def test_what_is_harmless_stays(tmp_path: Path) -> None:
    """A link to the web keeps its action, a push button its look; only the script goes."""
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example)"
    data = builder.page(
        b"/Annots [5 0 R 6 0 R]",
        o5=link + b" /Next [8 0 R << /S /Named /N /NextPage >>] >> >>",
        o6=b"<< /Type /Annot /Subtype /Link /Rect [9 0 18 9] /A 8 0 R /C [1 0 0] >>",
        o8=JS,
    )
    accepted, left = without(data, tmp_path)
    assert accepted.removed == (R.JAVASCRIPT,)
    with pikepdf.open(io.BytesIO(left)) as pdf:
        first, second = pdf.pages[0].Annots
        assert [one.S for one in first.A.Next] == [pikepdf.Name.Named]
        assert first.A.URI == "https://a.example"
        assert "/A" not in second
        assert "/C" in second
    assert b"JavaScript" not in left


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (builder.catalog(b"/Tagged 5 0 R", o5=b"<< /Odd %s >>" % JS), R.JAVASCRIPT),
        (
            builder.catalog(
                b"/OpenAction " + JS, o4=b"<< /F (x) /Length 0 >>\nstream\n\nendstream"
            ),
            R.JAVASCRIPT,
        ),
        (
            builder.signed().replace(b"/SigFlags 3 >>", b"/SigFlags 3 >> /OpenAction " + JS),
            R.JAVASCRIPT,
        ),
    ],
    ids=["where no action belongs", "beside what cannot be removed", "signed"],
)
def test_what_cannot_be_removed_is_not_offered(
    data: bytes, reason: RefusalReason, tmp_path: Path
) -> None:
    """Nothing is promised that would not be kept; a signed file's bytes stay as they are."""
    (tmp_path / "upload.pdf").write_bytes(data)
    result = inspect_pdf(tmp_path / "upload.pdf", tmp_path / "document.pdf")
    assert isinstance(result, Refused)
    assert (result.reason, result.without) == (reason, None)
    assert "remove_active_content" not in result.detail
    assert not (tmp_path / "document.pdf").exists()
