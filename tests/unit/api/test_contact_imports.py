"""Contact lists over HTTP (P7): looked at first, then committed; nothing is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraphe.usecases.firms.parse_contacts import UPLOADED
from tests.support import contact_lists
from tests.support.api import Caller
from tests.support.contact_lists import FRENCH_EXCEL, ROOT, Importing
from tests.support.services import in_memory

if TYPE_CHECKING:
    from paraphe.services import Services
    from tests.support.world import World


@pytest.fixture
def services(world: World) -> Services:
    """The services, whose table and files a test looks at."""
    return in_memory(world)


@pytest.fixture
def caller(world: World, services: Services) -> Caller:
    """A client of the firm."""
    return Caller(world, services)


@pytest.fixture
def importing(caller: Caller, services: Services) -> Importing:
    """An import that waits for its file."""
    return Importing(caller, services)


def outcomes(importing: Importing) -> list[tuple[int, str]]:
    """What each line is."""
    return [(row["line"], row["outcome"]) for row in importing.rows()]


def test_from_french_excel_to_the_address_book(caller: Caller, importing: Importing) -> None:
    """Windows-1252, semicolons: previewed, committed, found."""
    assert (importing.begun["state"], importing.begun["upload"]["max_bytes"]) == (
        "waiting",
        5 * 1024 * 1024,
    )
    state = importing.upload(FRENCH_EXCEL)
    assert (state["state"], state["unknown_columns"]) == ("ready", ["Observations"])
    assert outcomes(importing) == [
        (2, "new"),
        (3, "new"),
        (4, "duplicate_of_line"),
        (5, "rejected"),
    ]
    first, second, third, fourth = importing.rows()
    assert first["values"] == {
        "name": "Élodie Lefèvre",
        "email": "elodie@example.com",
        "phone": "+33639980001",
        "company": "Fournil",
        "locale": "fr",
        "external_id": None,
    }
    assert second["values"]["phone"] == "+262692123456"
    assert third["of_line"] == 2
    assert [(f["field"], f["code"]) for f in fourth["faults"]] == [("email", "email_invalid")]
    assert caller.call("GET", "/v1/contacts").json["items"] == []
    done = importing.commit()
    assert (done["state"], done["counts"]["created"]) == ("committed", 2)
    assert outcomes(importing) == [
        (2, "created"),
        (3, "created"),
        (4, "skipped"),
        (5, "rejected"),
    ]
    found = caller.call("GET", "/v1/contacts", query={"search": ["hoarau"]}).json["items"]
    assert [contact["id"] for contact in found] == [importing.rows()[1]["contact_id"]]
    assert [row["line"] for row in importing.rows(outcome="rejected")] == [5]


def test_rejected_rows_are_corrected_and_sent_again(
    caller: Caller, services: Services, importing: Importing
) -> None:
    """With the original columns and what is wrong, which the next import passes over."""
    importing.upload(FRENCH_EXCEL)
    link = caller.call("GET", f"{importing.path}/rejected")
    assert link.status == 200
    content = importing.files.files[importing.ref, "rejected.csv"].decode("utf-8-sig")
    header, row, *rest = content.split("\r\n")
    assert header.endswith('"Observations";"paraphe_line";"paraphe_code";"paraphe_reason"')
    assert row.startswith('"Durand";"Paul";"";"paul@@example";')
    assert '"5";"email_invalid"' in row
    assert rest == [""]
    again = Importing(caller, services)
    state = again.upload(content.replace("paul@@example", "paul@example.com").encode("utf-8-sig"))
    assert (state["counts"]["new"], state["unknown_columns"]) == (1, ["Observations"])


def test_duplicates_are_skipped_or_updated(caller: Caller, services: Services) -> None:
    """As the caller chose; what says nothing new changes nothing."""
    known = {"name": "Élodie", "email": "elodie@example.com", "company": "Ancienne"}
    there = caller.call("POST", "/v1/contacts", known).json
    same = caller.call("POST", "/v1/contacts", {"name": "B", "email": "b@example.com"}).json
    content = (
        b"nom,email,societe\nElodie L,elodie@example.com,\nB,b@example.com,\nC,c@example.com,X\n"
    )
    skipping = Importing(caller, services)
    skipping.upload(content)
    assert [row["contact_id"] for row in skipping.rows()] == [there["id"], same["id"], None]
    assert skipping.commit()["counts"]["created"] == 1
    assert caller.call("GET", f"/v1/contacts/{there['id']}").json == there
    updating = Importing(caller, services)
    updating.upload(content)
    counts = updating.commit(duplicates="update")["counts"]
    assert (counts["updated"], counts["unchanged"]) == (1, 2)
    changed = caller.call("GET", f"/v1/contacts/{there['id']}").json
    assert (changed["name"], changed["company"], changed["version"]) == ("Elodie L", "Ancienne", 2)


def test_only_chosen_lines_are_taken(caller: Caller, importing: Importing) -> None:
    """Rejected ones cannot be chosen."""
    importing.upload(FRENCH_EXCEL)
    counts = importing.commit(lines=[3, 5, 99])["counts"]
    assert (counts["created"], counts["skipped"], counts["rejected"]) == (1, 2, 1)
    (contact,) = caller.call("GET", "/v1/contacts").json["items"]
    assert contact["name"] == "Jean-Noël Hoarau"


def test_a_choice_is_made_once(caller: Caller, importing: Importing) -> None:
    """The same again changes nothing, another is refused; so is one that comes too early."""
    early = caller.call("POST", f"{importing.path}/commit", {})
    assert (early.status, early.code) == (409, "import_not_ready")
    assert caller.call("GET", f"{importing.path}/rows").code == "import_not_ready"
    importing.upload(FRENCH_EXCEL)
    for _ in range(2):
        assert caller.call("POST", f"{importing.path}/commit", {}).json["state"] == "committing"
    other = caller.call("POST", f"{importing.path}/commit", {"lines": [2]})
    assert (other.status, other.code) == (409, "import_committed")
    importing.write()
    importing.write()
    assert importing.state["counts"]["created"] == 2
    assert caller.call("POST", f"{importing.path}/commit", {}).json["state"] == "committed"


def test_the_first_file_counts(importing: Importing) -> None:
    """What is sent with the form later is not read."""
    importing.upload(FRENCH_EXCEL)
    assert importing.upload(b"nom;email\nX;x@example.com\n")["counts"]["total"] == 4


@pytest.mark.parametrize("crash", [0, 1, 2, 3])
def test_a_commit_that_dies_goes_on_where_it_stood(
    caller: Caller, importing: Importing, crash: int
) -> None:
    """No contact twice, none left out, whenever it dies; outcomes say created all the same."""
    lines = [f"Personne {n};p{n}@example.com" for n in range(1100)]
    importing.upload("\n".join(["nom;email", *lines]).encode())
    assert caller.call("POST", f"{importing.path}/commit", {}).status == 202
    importing.files.crash_after = crash
    with pytest.raises(RuntimeError):
        importing.write()
    importing.files.crash_after = None
    assert importing.state["state"] == "committing"
    importing.write()
    state = importing.state
    assert (state["state"], state["counts"]["created"], state["done"]) == ("committed", 1100, 1100)
    assert len({row["contact_id"] for row in importing.rows()}) == 1100


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\r\n", "empty_file"),
        (b"nom;email\r\n", "no_rows"),
        (b"email\r\na@example.com\r\n", "name_column_missing"),
        (b"nom\r\nPaul\r\n", "reach_column_missing"),
        (b"Paul;paul@example.com\r\nAnne;anne@example.com\r\n", "name_column_missing"),
        (b"PK\x03\x04xl/workbook.xml", "workbook_not_csv"),
        (b"nom;email\r\n" + b"P;p@example.com\r\n" * 10_001, "too_many_rows"),
        (b"nom;email\r\n" + b"P;" + b"x" * (5 * 1024 * 1024), "file_too_large"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n" * 10_001, "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    caller: Caller, importing: Importing, content: bytes, code: str
) -> None:
    """With what to do; another import takes the next file."""
    state = importing.upload(content)
    assert (state["state"], state["refusal"]["code"]) == ("refused", code)
    assert state["refusal"]["detail"]
    assert caller.call("POST", f"{importing.path}/commit", {}).code == "import_refused"
    assert caller.call("GET", f"{importing.path}/rejected").code == "import_refused"
    assert importing.rows() == []


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ('"Paul\r\nBcc: x@y.fr";p@example.com;', "name", "control_characters"),
        ("Pa\u202eluap;p@example.com;", "name", "invisible_characters"),
        ("Pa\u200bul;p@example.com;", "name", "invisible_characters"),
        ("\ud800;p@example.com;", "name", "control_characters"),
        (f"{'x' * 121};p@example.com;", "name", "too_long"),
        (";p@example.com;", "name", "name_missing"),
        ("Paul;;", "email", "unreachable"),
        ("Paul;p@;", "email", "email_invalid"),
        ("Paul;p@example.com;123", "phone", "phone_invalid"),
        ("Paul;p@example.com;01 99 00 12 34", "phone", "phone_not_mobile"),
        ("Paul;p@example.com;;surplus", "row", "too_many_cells"),
    ],
)
def test_a_row_that_cannot_be_taken_says_which_field(
    importing: Importing, row: str, field: str, code: str
) -> None:
    """And leaves the others alone."""
    content = f"nom;email;mobile\n{row}\nAnne;anne@example.com;\n"
    importing.upload(content.encode("utf-8", "surrogatepass"))
    bad, good = importing.rows()
    assert (bad["outcome"], good["outcome"]) == ("rejected", "new")
    assert (bad["faults"][0]["field"], bad["faults"][0]["code"]) == (field, code)


def test_a_landline_is_left_out_where_the_column_says_only_phone(importing: Importing) -> None:
    """With an address the person can be kept; the row tells."""
    importing.upload(b"nom;email;telephone\nPaul;p@example.com;01 99 00 12 34\nMax;;0199001234\n")
    paul, lone = importing.rows()
    assert (paul["outcome"], paul["values"]["phone"]) == ("new", None)
    assert paul["left_out"][0]["code"] == "phone_not_mobile"
    assert lone["outcome"] == "rejected"


def test_vcards_of_all_versions(caller: Caller, services: Services) -> None:
    """A broken one, and one without an end, leave the others alone."""
    cards = (
        contact_lists.CARD_2_1
        + contact_lists.BROKEN_CARD
        + contact_lists.CARD_3
        + b"BEGIN:VCARD\r\nFN:Sans fin\r\n"
        + contact_lists.CARD_4
    )
    importing = Importing(caller, services, "vcard")
    assert importing.begun["upload"]["max_bytes"] == 20 * 1024 * 1024
    assert importing.upload(cards)["counts"]["new"] == 3
    elodie, broken, hoarau, endless, zoe = importing.rows()
    assert elodie["values"]["name"] == "Élodie Lefèvre"
    assert (elodie["values"]["phone"], elodie["values"]["company"]) == ("+33639980001", "Fournil")
    assert hoarau["values"]["name"] == "Jean-Noël Hoarau"
    assert (hoarau["values"]["email"], hoarau["values"]["phone"]) == (
        "jn@example.com",
        "+262692123456",
    )
    assert (zoe["values"]["phone"], zoe["values"]["locale"]) == ("+33639980002", "en")
    assert zoe["values"]["company"] == "Martin; et fils"
    assert (broken["outcome"], endless["faults"][0]["code"]) == ("rejected", "card_unfinished")


@pytest.mark.parametrize("folded", [True, False])
def test_a_picture_of_five_megabytes_costs_nothing(
    caller: Caller, services: Services, *, folded: bool
) -> None:
    """It is dropped before anything is parsed, in the way of either version."""
    line = b"A" * 74 + b"\r\n"
    picture = (b" " + line if folded else line) * (5 * 1024 * 1024 // len(line))
    kind = b"PHOTO;ENCODING=b;TYPE=JPEG:\r\n" if folded else b"PHOTO;JPEG;ENCODING=BASE64:\r\n"
    card = contact_lists.CARD_3.replace(b"END:", kind + picture + b"\r\nEND:")
    importing = Importing(caller, services, "vcard")
    assert importing.upload(card)["counts"]["new"] == 1
    large = contact_lists.CARD_3.replace(b"END:", b"NOTE:" + b"x" * 70_000 + b"\r\nEND:")
    importing = Importing(caller, services, "vcard")
    importing.upload(large)
    assert importing.rows()[0]["faults"][0]["code"] == "card_too_large"


@pytest.mark.parametrize("path", ["", "/rows", "/rejected", "/commit"])
def test_other_firms_imports_are_not_there(
    caller: Caller, services: Services, importing: Importing, path: str
) -> None:
    """Foreign, missing, or no id at all: the same answer."""
    importing.upload(FRENCH_EXCEL)
    caller.world.firms.bind_client("other", "frm_00000002")
    other = Caller(caller.world, services, client_id="other")
    method = "POST" if path == "/commit" else "GET"
    body: object = {} if method == "POST" else None
    answers = [
        other.call(method, f"{where}{path}", body)
        for where in (importing.path, f"{ROOT}/imp_00000000", f"{ROOT}/x")
    ]
    assert {(a.status, a.text) for a in answers} == {(404, answers[0].text)}


def test_nothing_is_read_before_it_is_uploaded(importing: Importing) -> None:
    """Neither door does anything without its file."""
    importing.write()
    assert importing.state["state"] == "waiting"
    importing.files.files[importing.ref, UPLOADED] = FRENCH_EXCEL
    assert importing.state["state"] == "reading"
