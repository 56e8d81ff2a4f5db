"""How much work one uploaded file may cost."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# At the end of a draft's name: the copy that is signed as a trial, and what is to be seen in it.
REHEARSAL = ".rehearsal"
FACTS = ".facts"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of an inspection. Sizes in bytes, times in seconds.

    Memory and processor time grow with the file, because a bomb is small and a scan is not:
    a small file that wants the resources of a large one is refused early (a decompression bomb
    costs at most 2 s and 300 MB), and nothing gets more than `address_space` and `cpu_most`. What
    needs a second look (earlier signatures, a repaired file, signatures on trial) may take that
    much more each time, but never over `cpu_total` in all.
    """

    file_size: int = 50 * MEGABYTE
    pages: int = 500
    objects: int = 20_000
    xref_entries: int = 200_000
    unpacked_structure: int = 64 * MEGABYTE
    unpacked_content: int = 128 * MEGABYTE
    address_space: int = 1536 * MEGABYTE
    data_base: int = 192 * MEGABYTE
    data_per_byte: int = 2
    cpu_base: float = 1.6
    cpu_per_megabyte: float = 0.15
    cpu_most: float = 9.0
    cpu_total: float = 9.5
    second_look_cpu: float = 5.0
    second_look_data: int = 320 * MEGABYTE
    judged_objects: int = 5_000  # difference analysis takes seconds for more
    wall: float = 20.0  # for a busy machine only: `cpu_most` is what ends a costly file
    picture_width: int = 1200
    picture_pixels: int = 4_000_000
    picture_bytes: int = 24 * MEGABYTE
    text_characters: int = 200_000
    draw_data: int = 700 * MEGABYTE
    draw_page_cpu: float = 4.0
    draw_wall: float = 240.0
    draw_at_once: int = 4  # children, each of them with `draw_data`
    draw_pages_each: int = 16  # at least: a child takes as long to start as to draw some ten pages

    def data(self, size: int) -> int:
        """Return the private memory, in bytes, that reading a file of `size` bytes may take."""
        return min(self.address_space, self.data_base + self.data_per_byte * size)

    def cpu(self, size: int) -> float:
        """Return the processor time, in seconds, that reading a file of `size` bytes may take."""
        return min(self.cpu_most, self.cpu_base + self.cpu_per_megabyte * size / MEGABYTE)


DEFAULT = Limits()
