"""A contact list on the deployed platform: upload, preview, commit, search (P7)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from infra.local.journey import http, post_file, wait_for
from tests.integration.conftest import new_software
from tests.support import contact_lists

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

API_PAGE = Path(__file__).resolve().parents[2] / "functions/reference/pages/contacts.md"


@pytest.fixture(scope="module")
def address_book(platform: LocalStack) -> Software:
    """A firm whose contacts nobody else touches."""
    return new_software(platform, "Cabinet des contacts")


def _settled(software: Software, path: str, state: str) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        found = software.ask("GET", path)
        return found if found["state"] in {state, "refused"} else None

    return wait_for(f"the import to be {state}", there)


def _begin(software: Software, file_format: str, content: bytes) -> str:
    made = software.ask("POST", "/contact_imports", {"format": file_format})
    sent = post_file(made["upload"]["url"], made["upload"]["fields"], content)
    assert sent.status == 204, sent.body
    return f"/contact_imports/{made['id']}"


def test_from_an_upload_to_the_address_book(address_book: Software) -> None:
    """CSV and vCard, each by its doors; the second finds what the first made; then a recipient."""
    software = address_book
    path = _begin(software, "csv", contact_lists.FRENCH_EXCEL)
    counts = _settled(software, path, "ready")["counts"]
    assert (counts["new"], counts["duplicate_of_line"], counts["rejected"]) == (2, 1, 1)
    assert software.ask("GET", "/contacts")["items"] == []
    link = software.ask("GET", f"{path}/rejected")["url"]
    assert b'"email_invalid"' in http("GET", link).body
    software.ask("POST", f"{path}/commit", {})
    assert _settled(software, path, "committed")["counts"]["created"] == 2
    cards = contact_lists.CARD_2_1 + contact_lists.BROKEN_CARD + contact_lists.CARD_4
    path = _begin(software, "vcard", cards)
    assert _settled(software, path, "ready")["counts"]["duplicate"] == 1
    software.ask("POST", f"{path}/commit", {"duplicates": "update"})
    assert _settled(software, path, "committed")["counts"]["created"] == 1
    (zoe,) = software.ask("GET", f"/contacts?search={quote('zoé mar')}")["items"]
    request = software.create()
    made = software.ask(
        "POST", f"/signature_requests/{request}/recipients", {"contact_id": zoe["id"]}
    )
    assert (made["email"], made["locale"]) == ("zoe@example.com", "en")
    exported = software.ask("POST", "/contact_exports", {"format": "csv"})
    assert exported["contacts"] == 3
    again = _begin(software, "csv", http("GET", exported["url"]).body)
    assert _settled(software, again, "ready")["counts"]["duplicate"] == 3
    row = "nom;société;email\r\nAlma Petit;Atelier;zoe@example.com\r\n"
    renamed = _begin(software, "csv", row.encode())
    assert _settled(software, renamed, "ready")["counts"]["duplicate"] == 1
    software.ask("POST", f"{renamed}/commit", {"duplicates": "update"})
    assert _settled(software, renamed, "committed")["counts"]["updated"] == 1
    assert software.ask("GET", f"/contacts/{zoe['id']}")["name"] == "Alma Petit"
    software.ask("DELETE", f"/contacts/{zoe['id']}")
    assert software.ask("GET", "/contacts?search=zoe")["items"] == []


def test_what_is_too_large_never_reaches_us(address_book: Software) -> None:
    """Storage itself refuses what the form does not allow."""
    made = address_book.ask("POST", "/contact_imports", {"format": "csv"})
    large = b"nom;email\r\n" + b"x" * (100 * 1024 * 1024)
    sent = post_file(made["upload"]["url"], made["upload"]["fields"], large)
    assert sent.status == 400
    assert b"EntityTooLarge" in sent.body
    assert address_book.ask("GET", f"/contact_imports/{made['id']}")["state"] == "waiting"


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("jq"), reason="needs curl and jq")
def test_the_upload_with_curl_is_as_documented(address_book: Software, tmp_path: Path) -> None:
    """The page of contacts: the two lines that send a form."""
    page = API_PAGE.read_text(encoding="utf-8")
    fields = next(line for line in page.splitlines() if line.startswith("mapfile"))
    send = next(line for line in page.splitlines() if line.startswith('curl -s "${FIELDS[@]}"'))
    (tmp_path / "clients.csv").write_bytes(contact_lists.FRENCH_EXCEL)
    made = address_book.ask("POST", "/contact_imports", {})
    environment = {"MADE": json.dumps(made), "PATH": os.environ["PATH"], "no_proxy": "*"}
    subprocess.run(["bash", "-ec", f"{fields}\n{send}"], cwd=tmp_path, env=environment, check=True)
    state = _settled(address_book, f"/contact_imports/{made['id']}", "ready")
    assert state["counts"]["total"] == 4
