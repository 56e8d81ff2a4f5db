"""Bulk launches over HTTP, and what launches their rows (P24)."""

from collections.abc import Callable
from typing import Any

import pytest

from paraphe.contracts import spreadsheets
from paraphe.domain.requests.bulk import CHUNK_ROWS, CLAIMED
from paraphe.domain.requests.model import RequestState
from paraphe.ports.bulk import BulkLaunches, BulkRef
from paraphe.ports.requests import RequestRef
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.requests.launch_bulk import LaunchBulk, Launched
from tests.support.api import Answered, Caller
from tests.support.services import Broken, in_memory
from tests.support.world import FIRM, World

ROOT = "/v1/bulk_launches"
SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
PERSON = {"name": "Léa Petit", "email": "lea@client.example", "phone": "+33612345678"}
COLUMNS = ("client_name", "client_email", "client_phone", "title", "external_id")


class Firm:
    """A firm with a template that has a document, and what launches its rows."""

    def __init__(self) -> None:
        self.world = World()
        self.services: Services = in_memory(self.world)
        self.caller = Caller(self.world, self.services)
        role = {"key": "client", "label": "Client", "order": 1}
        given = {"name": "Lettre", "title": "Lettre – {client}", "roles": [role]}
        self.template = self.caller.call("POST", "/v1/templates", given).json["id"]
        body = {"signature_request_id": self.world.draft(people=()).request_id}
        self.caller.call("PUT", f"/v1/templates/{self.template}/documents", body)
        self.drafts = len(self.world.requests.stored)

    def begin(self, **more: str) -> str:
        """Begin a bulk launch."""
        answer = self.caller.call("POST", ROOT, {"template_id": self.template, **more})
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def preview(self, bulk: str, content: bytes) -> Answered:
        """Upload a file and have it read."""
        self.world.bulk_files.uploaded[BulkRef(FIRM.id, bulk)] = content
        return self.caller.call("POST", f"{ROOT}/{bulk}/preview")

    def ready(self, rows: int, **more: str) -> str:
        """A bulk launch whose rows are read."""
        bulk = self.begin(**more)
        answer = self.preview(bulk, file_of(rows))
        assert answer.status == 200, answer.text
        return bulk

    def launch(self, bulk: str, **more: object) -> Answered:
        """Choose rows."""
        return self.caller.call("POST", f"{ROOT}/{bulk}/launch", {"sender": SENDER, **more})

    def run(self, time_left: Callable[[], bool] = lambda: True, **instead: object) -> Launched:
        """Play what launches rows, once, with other services than the world's if some are given."""
        use_case = using(LaunchBulk, Instead(self.services, instead))
        return use_case(lambda: self.world.now, time_left)

    def rows(self, bulk: str, **query: str) -> list[Any]:
        """Read all rows, page by page."""
        found: list[Any] = []
        asked = {name: [value] for name, value in {"limit": "7", **query}.items()}
        while True:
            page = self.caller.call("GET", f"{ROOT}/{bulk}/rows", query=asked).json
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            asked["cursor"] = [page["next_cursor"]]

    @property
    def made(self) -> int:
        """How many requests were made from rows."""
        return len(self.world.requests.stored) - self.drafts


class Killed(BaseException):
    """The function's end, whatever it was doing."""


class Dying:
    """A store of bulk launches that dies when it is to write what was done."""

    def __init__(self, store: BulkLaunches) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any method)
        """Return the store's method, but for one."""
        if name == "save_chunk":
            raise Killed
        return getattr(self._store, name)


class Instead:
    """Services, some of which are others."""

    def __init__(self, services: Services, instead: dict[str, object]) -> None:
        self._services, self._instead = services, instead

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any service)
        """Return what stands in its place, or the service."""
        return self._instead.get(name) or getattr(self._services, name)


def row(number: int, **changes: str) -> tuple[str, ...]:
    """One row's cells."""
    cells = {
        "client_name": f"Client {number}",
        "client_email": f"client{number}@client.example",
        "client_phone": f"06 39 98 {number // 100:02d} {number % 100:02d}",
        "title": "",
        "external_id": f"C-{number}",
    }
    return tuple((cells | changes)[column] for column in COLUMNS)


def file_of(rows: int) -> bytes:
    """A file with so many good rows."""
    return spreadsheets.write_table(COLUMNS, [row(n) for n in range(rows)])


@pytest.fixture
def firm() -> Firm:
    """A firm that can launch in bulk."""
    return Firm()


def test_the_sample_is_read_as_it_is(firm: Firm) -> None:
    """Its columns are the template's; a French Excel opens it, and what it saves is read."""
    path = f"/v1/templates/{firm.template}/bulk_sample"
    assert firm.caller.call("GET", path).json["url"].startswith("https://uploads.test/")
    assert firm.caller.call("GET", path, query={"redirect": ["true"]}).status == 302
    (content,) = firm.world.bulk_files.samples.values()
    assert content.startswith(b"\xef\xbb\xbf")
    shown = firm.preview(firm.begin(), content.decode("utf-8-sig").encode("cp1252")).json
    assert (shown["state"], shown["rows"]["ready"]) == ("ready", 1)


def test_each_good_row_becomes_a_request_and_wrong_ones_say_why(firm: Firm) -> None:
    """Two of twenty are wrong: the others are launched, in the name of who chose them."""
    rows = [row(n) for n in range(20)]
    rows[3] = row(3, client_phone="01 45 67 89 01")
    rows[11] = row(11, client_email="", client_name="\u202ex")
    rows[5] = row(5, title="Avenant")
    bulk = firm.begin()
    shown = firm.preview(bulk, spreadsheets.write_table(COLUMNS, rows)).json
    assert shown["rows"] == {"refused": 2, "ready": 18, "queued": 0, "launched": 0, "failed": 0}
    refused = firm.rows(bulk, state="refused")
    assert [(r["line"], [(f["column"], f["code"]) for f in r["faults"]]) for r in refused] == [
        (5, [("client_phone", "phone_not_mobile")]),
        (13, [("client_email", "blank"), ("client_name", "invisible_characters")]),
    ]
    assert not firm.made
    chosen = firm.launch(bulk)
    assert (chosen.status, chosen.json["state"], chosen.json["rows"]["queued"]) == (
        202,
        "launching",
        18,
    )
    assert firm.run() == Launched(rows=18, finished=1)
    done = firm.caller.call("GET", f"{ROOT}/{bulk}").json
    assert (done["state"], done["rows"]["launched"], done["rows"]["refused"]) == ("done", 18, 2)
    launched = firm.rows(bulk, state="launched")
    assert {r["external_id"] for r in launched} == {f"C-{n}" for n in range(20)} - {"C-3", "C-11"}
    assert not any(r["people"] for r in launched)
    requests = [firm.world.load(RequestRef(FIRM.id, r["request_id"])) for r in launched]
    assert {r.state for r in requests} == {RequestState.ACTIVE}
    assert {r.external_id for r in requests} == {r["external_id"] for r in launched}
    assert "Avenant" in {r.title for r in requests}
    assert "Lettre – Client 4" in {r.title for r in requests}
    for request in requests:
        ref = RequestRef(FIRM.id, request.id)
        events = firm.world.requests.events(ref)
        who = {e.actor.id for e in events if e.kind in {"request_created", "request_launched"}}
        assert who == {firm.caller.client_id}


def test_running_again_makes_nothing_twice(firm: Firm) -> None:
    """Asked twice, run twice; and a run that dies before it has written what it did."""
    bulk = firm.ready(5)
    assert firm.launch(bulk).json == firm.launch(bulk).json
    with pytest.raises(Killed):
        firm.run(bulk_launches=Dying(firm.services.bulk_launches))
    assert firm.made == 5
    assert firm.run() == Launched()  # the run that died still holds it
    firm.world.now += CLAIMED
    assert firm.run() == Launched(rows=5, finished=1)
    assert firm.made == 5
    assert firm.run() == Launched()
    assert firm.launch(bulk).json["state"] == "done"
    assert firm.made == 5


def test_what_one_run_has_no_time_for_is_the_next_one_s(firm: Firm) -> None:
    """Chunk by chunk."""
    rows = CHUNK_ROWS * 2 + 3
    bulk = firm.ready(rows)
    firm.launch(bulk)
    answers = iter([True, True, False])
    first = firm.run(lambda: next(answers))
    assert (first.rows, first.finished) == (CHUNK_ROWS, 0)
    assert firm.caller.call("GET", f"{ROOT}/{bulk}").json["state"] == "launching"
    assert firm.run() == Launched(rows=rows - CHUNK_ROWS, finished=1)
    assert firm.made == rows


def test_only_chosen_rows_are_launched_and_failed_ones_can_be_chosen_again(firm: Firm) -> None:
    """A row that a rule refuses fails alone; the others can come later."""
    bulk = firm.begin()
    rows = [row(0), row(1, client_phone="+1 415 555 2671"), row(2)]
    firm.preview(bulk, spreadsheets.write_table(COLUMNS, rows))
    firm.launch(bulk, lines=[2, 3])
    assert firm.run() == Launched(rows=1, failed=1, finished=1)
    (failed,) = firm.rows(bulk, state="failed")
    assert [(f["column"], f["code"]) for f in failed["faults"]] == [
        ("client_phone", "phone_country_not_allowed")
    ]
    assert firm.launch(bulk, lines=[9]).code == "row_not_launchable"
    assert firm.launch(bulk, lines=[3]).json["rows"]["queued"] == 1
    assert firm.launch(bulk, lines=[4]).code == "bulk_launching"
    assert firm.run().failed == 1
    firm.launch(bulk)
    assert firm.run() == Launched(rows=1, finished=1)
    assert firm.made == 2


def test_a_broken_service_interrupts_rows_three_times(firm: Firm) -> None:
    """Then the row says so, and can be launched again."""
    bulk = firm.ready(2)
    firm.launch(bulk)
    down = Broken(RuntimeError("down"))
    assert [firm.run(template_files=down).finished for _ in range(3)] == [0, 0, 1]
    assert [r["faults"][0]["code"] for r in firm.rows(bulk)] == ["not_launched"] * 2
    assert not firm.made
    firm.launch(bulk, lines=[2, 3])
    assert firm.run() == Launched(rows=2, finished=1)


def test_a_template_that_was_changed_is_not_launched(firm: Firm) -> None:
    """What was previewed is not what would be sent."""
    bulk = firm.ready(2)
    firm.launch(bulk)
    role = {"key": "client", "label": "Client", "order": 2}
    given = {"name": "Lettre", "title": "Autre", "roles": [role]}
    assert firm.caller.call("PUT", f"/v1/templates/{firm.template}", given).status == 200
    assert firm.run() == Launched(failed=2, finished=1)
    assert {r["faults"][0]["code"] for r in firm.rows(bulk)} == {"template_changed"}


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"client_name;client_email\nA;a@client.example\n", "column_missing", "client_phone"),
        (b"client_name;client_email;client_phone;boss_name\n1;2;3;4\n", "column_unknown", "4"),
        (b"client_name;client_name;client_email;client_phone\n1;2;3;4\n", "column_repeated", "nam"),
        (b"", "empty_file", ""),
        (b"client_name;client_email;client_phone\n", "no_rows", ""),
        (b"PK\x03\x04", "workbook_not_csv", "CSV"),
        (file_of(1001), "too_many_rows", "1000"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    firm: Firm, content: bytes, code: str, said: str
) -> None:
    """A role that is missing is named by its column; nothing is kept."""
    bulk = firm.begin()
    answer = firm.preview(bulk, content)
    assert (answer.status, answer.code) == (422, code)
    assert said in answer.json["detail"]
    assert firm.launch(bulk).code == "no_rows_yet"


def test_a_file_is_read_anew_until_rows_are_chosen(firm: Firm) -> None:
    """The last one counts, also when it has fewer rows."""
    bulk = firm.begin()
    assert firm.caller.call("POST", f"{ROOT}/{bulk}/preview").code == "file_not_uploaded"
    firm.preview(bulk, file_of(60))
    assert firm.preview(bulk, file_of(3)).json["rows"]["ready"] == 3
    assert [r["line"] for r in firm.rows(bulk)] == [2, 3, 4]
    firm.launch(bulk)
    assert firm.preview(bulk, file_of(4)).code == "bulk_launched"


def test_a_thousand_rows_are_read(firm: Firm) -> None:
    """All of them, in chunks; external ids that stand twice are refused."""
    rows = [row(n) for n in range(999)]
    twice = spreadsheets.write_table(COLUMNS, [*rows, row(999, external_id="C-7")])
    shown = firm.preview(firm.begin(), twice).json
    assert (shown["rows"]["ready"], shown["rows"]["refused"]) == (998, 2)


def test_a_template_without_documents_is_refused(firm: Firm) -> None:
    """So is one that places signatures on documents that it lacks; and a foreign one is missing."""
    body = {"template_id": "tpl_readyengagement"}
    assert firm.caller.call("POST", ROOT, body).code == "template_without_documents"
    assert firm.caller.call("POST", ROOT, {"template_id": "tpl_00000000"}).status == 404


def test_foreign_bulk_launches_answer_like_missing_ones(firm: Firm) -> None:
    """Reading, previewing, launching."""
    bulk = firm.ready(1)
    firm.world.firms.bind_client("stranger", "frm_00000002")
    stranger = Caller(firm.world, firm.services, client_id="stranger")
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/rows", None),
        ("POST", "/preview", None),
        ("POST", "/launch", {"sender": SENDER}),
    ):
        foreign = stranger.call(method, f"{ROOT}/{bulk}{path}", body)
        missing = firm.caller.call(method, f"{ROOT}/blk_00000000{path}", body)
        assert foreign.code == missing.code == "bulk_launch_not_found"


def test_rows_of_a_test_are_tests() -> None:
    """Whoever launches them, and however often: nothing live is made of them; a draft likewise."""
    firm = Firm()
    bulk = firm.ready(2, mode="test")
    assert firm.caller.call("GET", f"{ROOT}/{bulk}").json["mode"] == "test"
    assert firm.launch(bulk, mode="live").status == 422
    assert firm.launch(bulk).json["mode"] == "test"
    firm.run()
    assert firm.caller.call("GET", f"{ROOT}/{firm.ready(1)}").json["mode"] == "live"
    for row in firm.rows(bulk):
        ref = RequestRef(FIRM.id, row["request_id"])
        assert firm.world.load(ref).is_test
    body = {"sender": SENDER, "roles": {"client": PERSON}, "mode": "test"}
    path = f"/v1/templates/{firm.template}/requests"
    assert firm.caller.call("POST", path, body).json["mode"] == "test"
    assert firm.caller.call("POST", path, {**body, "mode": "live"}).json["mode"] == "live"
