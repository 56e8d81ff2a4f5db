"""What a page looks like once it is drawn."""

import pypdfium2


def darkness(pdf: bytes, box: tuple[int, int, int, int]) -> int:
    """Count the dark dots of the first page between left, top, right and bottom, in points."""
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    picture = opened[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    opened.close()
    left, top, right, bottom = (2 * side for side in box)
    return sum(level < 128 for level in picture.crop((left, top, right, bottom)).tobytes())
