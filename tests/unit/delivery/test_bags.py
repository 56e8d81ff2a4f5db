"""Archive packages: the ZIP writer and the BagIt files, judged by `zipfile` and `bagit` (P18)."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraphe.domain.delivery.bags import Bag, Payload, numbered_name
from paraphe.domain.delivery.stored_zip import StoredZip
from paraphe.domain.errors import ConflictError
from tests.support.packages import judged

GIB = 1024**3
DAY = date(2026, 3, 20)


def packed(files: dict[str, bytes], firm_name: str = "Cabinet Exemple") -> bytes:
    """Make a package of these files."""
    payload = tuple(Payload(p, hashlib.sha256(c).hexdigest(), len(c)) for p, c in files.items())
    out = io.BytesIO()
    archive = StoredZip(out.write)
    for path, content in files.items():
        archive.add_bytes(f"data/{path}", content)
    for name, content in Bag(payload, firm_name, "sr_1", DAY).tag_files.items():
        archive.add_bytes(name, content)
    archive.close()
    assert archive.size == len(out.getvalue())
    return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=200), st.binary(max_size=3000)), min_size=1, max_size=12),
    st.text(max_size=60),
)
def test_any_names_and_sizes_make_a_valid_package(
    given_files: list[tuple[str, bytes]], firm_name: str
) -> None:
    """Whatever firms call their files, and however they are called themselves."""
    files = {
        f"documents/{numbered_name(n, name)}": content
        for n, (name, content) in enumerate(given_files, start=1)
    }
    assert len(files) == len(given_files)
    with tempfile.TemporaryDirectory() as room:
        found = judged(packed(files, firm_name), Path(room))
    for path, content in files.items():
        assert found[f"data/{path}"] == content


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lettre.pdf", "01-lettre.pdf"),
        ("../../etc/passwd", "01-_.._etc_passwd"),
        ("C:\\temp\\a.pdf", "01-C__temp_a.pdf"),
        ("CON.pdf", "01-CON.pdf"),
        ("50 %.pdf", "01-50 _.pdf"),
        ("a\r\nb.pdf", "01-a__b.pdf"),
        (".", "01-document"),
        ("", "01-document"),
        ("Été.pdf", "01-Été.pdf"),
        ("é" * 200 + ".pdf", "01-" + "é" * 60 + ".pdf"),
    ],
)
def test_names_lead_nowhere_else(name: str, expected: str) -> None:
    assert numbered_name(1, name) == expected


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/./b", "a\\b", "C:a", ""])
def test_the_writer_refuses_names_that_lead_somewhere_else(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        StoredZip(lambda _: None).add_bytes(name, b"")


def test_the_writer_refuses_a_name_twice() -> None:
    archive = StoredZip(lambda _: None)
    archive.add_bytes("a", b"1")
    with pytest.raises(ValueError, match="two files"):
        archive.add_bytes("a", b"2")


def test_content_that_changed_while_it_was_read_is_not_packed() -> None:
    with pytest.raises(ConflictError) as told:
        StoredZip(lambda _: None).add("a", 3, crc32(b"abc"), [b"abd"])
    assert told.value.code == "content_changed"


def test_the_same_files_on_the_same_day_are_the_same_package() -> None:
    one, two = Payload("a", "0" * 64, 1), Payload("a", "1" * 64, 1)
    name = Bag((one,), "Cabinet", "sr_1", DAY).name
    assert Bag((one,), "Cabinet", "sr_1", DAY).name == name
    assert Bag((two,), "Cabinet", "sr_1", DAY).name != name
    assert Bag((one,), "Cabinet", "sr_1", date(2026, 3, 21)).name != name


class Sparse:
    """Keeps what is small and only counts what is large."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, bytes]] = []
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take bytes."""
        if len(data) < 64 * 1024:
            self.kept.append((self.size, data))
        self.size += len(data)

    def file(self, path: Path) -> None:
        """Write it as a file with holes."""
        with path.open("wb") as opened:
            for offset, data in self.kept:
                opened.seek(offset)
                opened.write(data)


def test_more_than_4_gib_take_zip64(tmp_path: Path) -> None:
    """A file of more than 4 GiB of zeroes, and a small one behind it: `zipfile` finds both."""
    chunk, crc = bytes(64 * 1024 * 1024), 0xC0B9A78
    sparse = Sparse()
    archive = StoredZip(sparse.write)
    archive.add("large", 65 * len(chunk), crc, (chunk for _ in range(65)))
    archive.add_bytes("small", b"abc")
    archive.close()
    sparse.file(tmp_path / "large.zip")
    with zipfile.ZipFile(tmp_path / "large.zip") as read:
        large, small = read.infolist()
        assert large.file_size == 65 * len(chunk) > 4 * GIB
        assert small.header_offset > 4 * GIB
        assert read.read("small") == b"abc"


def test_more_than_65535_files_take_zip64() -> None:
    out = io.BytesIO()
    archive = StoredZip(out.write)
    for number in range(65_536):
        archive.add_bytes(str(number), b"")
    archive.close()
    with zipfile.ZipFile(out) as read:
        assert len(read.namelist()) == 65_536
