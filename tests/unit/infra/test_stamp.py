"""The operator's machine decodes a firm's stamp; what cannot be shown is refused there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from infra.operate.stamp import BadStampError, read_stamp
from paraphe.command.main import main
from paraphe.domain.signing import visible_marks

if TYPE_CHECKING:
    from pathlib import Path


def _file(kind: str, size: tuple[int, int], colour: tuple[int, ...] | None = (200, 0, 0)) -> bytes:
    picture = Image.new("RGBA" if kind == "PNG" else "RGB", size)
    if colour:
        ImageDraw.Draw(picture).ellipse((size[0] // 4, 0, size[0] // 2, size[1]), fill=colour)
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("size", [(40, 20), (3000, 1000), (100, 2000), (2000, 2000)])
def test_a_picture_becomes_pixels_within_the_bounds(kind: str, size: tuple[int, int]) -> None:
    """Smaller, in its own shape; other formats are refused."""
    if kind == "GIF":
        with pytest.raises(BadStampError, match="not a sound PNG or JPEG"):
            read_stamp(_file(kind, size))
        return
    stamp = read_stamp(_file(kind, size))
    assert visible_marks.raster_of(visible_marks.raster_bytes(stamp)) == stamp
    assert stamp.width / stamp.height == pytest.approx(size[0] / size[1], rel=0.05)
    at = 4 * (stamp.width * (stamp.height // 2) + stamp.width * 3 // 8)
    assert stamp.pixels[at] == pytest.approx(200, abs=6)
    assert stamp.pixels[at + 3] > 240


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        _file("PNG", (300, 100))[:60],
        _file("PNG", (9000, 9000), None),
        _file("PNG", (30, 10), None),
        bytes(6 * 1024 * 1024),
    ],
)
def test_what_cannot_be_shown_is_refused(data: bytes) -> None:
    """Broken, a bomb, blank, too large."""
    with pytest.raises(BadStampError):
        read_stamp(data)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is written anywhere."""
    (tmp_path / "logo.png").write_bytes(b"not a picture")
    chosen = ["--stack", "x", "--firm", "frm_1", "--picture", str(tmp_path / "logo.png")]
    with pytest.raises(SystemExit):
        main(["firm", "stamp", *chosen])
    assert "not a sound PNG or JPEG" in capsys.readouterr().err
