"""A mark across every page: before the first signature, seen by every reader, breaking nothing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from paraphe.adapters.trust.pades.writer import archive
from tests.support import ades
from tests.support.judges import assert_sound
from tests.support.trust import FIELDS, TrustWorld, make_pdf

if TYPE_CHECKING:
    from pathlib import Path


def _turned(rotation: int) -> bytes:
    """Two pages of different sizes, turned, with an origin of their own."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as opened:
        opened.add_blank_page(page_size=(300, 500))
        for page in opened.pages:
            page.Rotate = rotation
        opened.pages[-1].MediaBox = pikepdf.Array([20, 30, 320, 530])
        opened.save(out)
    return out.getvalue()


def _redness(pdf: bytes) -> list[int]:
    """Count, for each page, the dots that are more red than anything else."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    found = []
    for page in opened:
        picture = page.render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
        data = picture.tobytes()
        dots = zip(data[0::3], data[1::3], data[2::3], strict=True)
        found.append(sum(red > green + 20 and red > blue + 20 for red, green, blue in dots))
    opened.close()
    return found


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_page_shows_it_and_every_judge_accepts_the_signatures(
    rotation: int, tmp_path: Path
) -> None:
    """pdfsig, qpdf and pyHanko: it is in the first revision that is stamped, so nothing changed."""
    world = TrustWorld()
    pdf = _turned(rotation)
    assert set(_redness(pdf)) == {0}
    file = io.BytesIO(pdf)
    archive.prepare(file, FIELDS, world.authority.chain, world.trust(), world.now, "TEST")
    for field in FIELDS:
        (world.seal if field.is_seal else world.sign)(file, field.name)
    signed = file.getvalue()
    assert all(dots > 300 for dots in _redness(signed))
    assert_sound(signed, len(FIELDS))
    (tmp_path / "signed.pdf").write_bytes(signed)
    (tmp_path / "roots.pem").write_bytes(world.roots_pem())
    for said in ades.verdicts(tmp_path / "signed.pdf", tmp_path / "roots.pem", []):
        assert said["changes"] in {"LTA_UPDATES", "FORM_FILLING", "NONE"}, said
    with pikepdf.open(io.BytesIO(signed)) as opened:
        for page in opened.pages:
            stamps = [a for a in page.Annots if a.Subtype == "/Stamp"]
            assert [str(one.Contents) for one in stamps] == ["TEST"]
