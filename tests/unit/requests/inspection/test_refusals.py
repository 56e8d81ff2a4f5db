"""Every class of upload that is refused, each with the reason that its sender reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
import pytest

from paraphe.adapters.requests.inspection import Limits, inspect_pdf
from paraphe.adapters.requests.inspection.refuse import ADVICE, MAY_REMOVE
from paraphe.domain.requests.inspection import REMOVABLE, FileHint, RefusalReason, Refused
from tests.unit.requests.inspection import builder

if TYPE_CHECKING:
    from pathlib import Path

JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
FIELD = b"/Annots [5 0 R]"
R = RefusalReason

HOSTILE: dict[str, tuple[bytes, RefusalReason]] = {
    "empty": (b"", R.EMPTY),
    "text": (b"Bonjour, voici le contrat.", R.NOT_PDF),
    "header only": (b"%PDF-1.7\n", R.DAMAGED),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, R.DAMAGED),
    "no pages": (builder.sound(o2=b"<< /Type /Pages /Kids [] /Count 0 >>"), R.NO_PAGES),
    "no kids": (builder.sound(o2=b"<< /Type /Pages /Count 1 >>"), R.NO_PAGES),
    "501 pages": (builder.many_pages(501), R.TOO_MANY_PAGES),
    "xfa": (builder.catalog(b"/AcroForm << /Fields [] /XFA [(a) 4 0 R] >>"), R.XFA),
    "needs rendering": (builder.catalog(b"/NeedsRendering true"), R.NEEDS_RENDERING),
    "portfolio": (builder.catalog(b"/Collection << /View /D >>"), R.PORTFOLIO),
    "script on opening": (builder.catalog(b"/OpenAction " + JS), R.JAVASCRIPT),
    "script in a name tree": (
        builder.catalog(b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", o5=JS),
        R.JAVASCRIPT,
    ),
    "script without its type": (
        builder.catalog(b"/Names << /JavaScript << /Kids [<< /Names [] >>] >> >>"),
        R.JAVASCRIPT,
    ),
    "script in a field": (
        builder.page(FIELD, o5=b"<< /Subtype /Widget /Rect [0 0 9 9] /AA << /K %s >> >>" % JS),
        R.JAVASCRIPT,
    ),
    "script with an escaped name": (
        builder.catalog(b"/OpenAction << /S /J#61vaScript /JS (1) >>"),
        R.JAVASCRIPT,
    ),
    "script at the end of a chain": (
        builder.page(
            FIELD,
            o5=b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example)"
            b" /Next [<< /S /Named /N /NextPage /Next %s >>] >> >>" % JS,
        ),
        R.JAVASCRIPT,
    ),
    "script as a link": (
        builder.page(
            FIELD,
            o5=b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (JavaScript:x) >> >>",
        ),
        R.JAVASCRIPT,
    ),
    "script in a 3D annotation": (
        builder.page(
            FIELD,
            o5=b"<< /Subtype /3D /3DD 6 0 R >>",
            o6=builder.stream(b"/Type /3D /OnInstantiate 4 0 R", b""),
        ),
        R.JAVASCRIPT,
    ),
    "launch": (
        builder.page(
            FIELD, o5=b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (cmd.exe) >> >>"
        ),
        R.LAUNCH_ACTION,
    ),
    "launch in an outline": (
        builder.catalog(b"/Outlines << /First 5 0 R >>", o5=b"<< /A << /S /Launch /F (a) >> >>"),
        R.LAUNCH_ACTION,
    ),
    "submit": (
        builder.page(
            FIELD, o5=b"<< /Subtype /Widget /Rect [0 0 9 9] /A << /S /SubmitForm /F (a) >> >>"
        ),
        R.SUBMIT_FORM,
    ),
    "import": (
        builder.page(
            FIELD, o5=b"<< /Subtype /Widget /Rect [0 0 9 9] /A << /S /ImportData /F (a) >> >>"
        ),
        R.SUBMIT_FORM,
    ),
    "additional action": (
        builder.page(b"/AA << /O << /S /URI /URI (https://a.example) >> >>"),
        R.ADDITIONAL_ACTIONS,
    ),
    "opening a page of the web": (
        builder.catalog(b"/OpenAction << /S /URI /URI (https://a.example) >>"),
        R.OPEN_ACTION,
    ),
    "printing on opening": (
        builder.catalog(b"/OpenAction << /S /Named /N /Print >>"),
        R.OPEN_ACTION,
    ),
    "more after a move on opening": (
        builder.catalog(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /Hide >> >>"),
        R.OPEN_ACTION,
    ),
    "content in another file": (
        builder.sound(o4=b"<< /F (\\\\\\\\host\\\\page) /Length 0 >>\nstream\n\nendstream"),
        R.EXTERNAL_CONTENT,
    ),
    "certified, no changes": (builder.signed(level=1), R.CERTIFIED_NO_CHANGES),
    "signed and damaged": (
        builder.signed().replace(b"startxref\n", b"startxref\n9"),
        R.DAMAGED_SIGNED,
    ),
    "signed and cut off": (builder.signed()[:-60], R.DAMAGED_SIGNED),
    "signed and hybrid": (builder.signed(trailer=b"/XRefStm 15"), R.HYBRID_SIGNED),
    "signature that is none": (builder.signed(), R.INVALID_SIGNATURE),
}


def judge(data: bytes, folder: Path, limits: Limits | None = None) -> object:
    """Inspect some bytes."""
    source = folder / "upload.pdf"
    source.write_bytes(data)
    return inspect_pdf(source, folder / "document.pdf", limits or Limits())


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    """The reason is the right one, the advice goes with it, and nothing is left behind."""
    data, reason = HOSTILE[name]
    result = judge(data, tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == reason
    if result.without is None:
        assert result.detail == ADVICE[reason]
        assert [file.name for file in tmp_path.iterdir()] == ["upload.pdf"]
    else:
        assert reason in REMOVABLE
        assert result.detail == f"{ADVICE[reason]} {MAY_REMOVE}"


@pytest.mark.parametrize("user", ["", "secret"])
def test_encrypted(user: str, tmp_path: Path) -> None:
    """Encryption is refused even when the password is empty."""
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(builder.sound())
    with pikepdf.open(plain) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user=user, owner="owner"))
    result = judge((tmp_path / "locked.pdf").read_bytes(), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == R.ENCRYPTED


def test_too_large(tmp_path: Path) -> None:
    """One byte over the limit is too much."""
    data = builder.sound()
    result = judge(data, tmp_path, Limits(file_size=len(data) - 1))
    assert isinstance(result, Refused)
    assert result.reason == R.TOO_LARGE
    assert not isinstance(judge(data, tmp_path, Limits(file_size=len(data))), Refused)


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", FileHint.WORD),
        (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", FileHint.EXCEL),
        (b"PK\x03\x04" + b"\0" * 26 + b"thing", FileHint.ARCHIVE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileHint.WORD),
        (b"\x89PNG\r\n", FileHint.IMAGE),
        (b"\xff\xd8\xff\xe0", FileHint.IMAGE),
        (b" <!DOCTYPE html>", FileHint.WEB_PAGE),
        (b"Bonjour", FileHint.TEXT),
        (b"\x00\x01\x02", FileHint.UNKNOWN),
    ],
)
def test_says_what_it_is_instead(head: bytes, hint: FileHint, tmp_path: Path) -> None:
    """A file that is not a PDF is named for what it looks like."""
    result = judge(head, tmp_path)
    assert isinstance(result, Refused)
    assert (result.reason, result.hint) == (R.NOT_PDF, hint)


def test_every_reason_has_its_advice() -> None:
    """No refusal is without a sentence that says what to do."""
    assert set(ADVICE) == set(RefusalReason)
