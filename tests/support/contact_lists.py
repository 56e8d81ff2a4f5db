"""An import over HTTP in memory, its two doors played; and files as programs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from paraphe.ports.contact_imports import ImportRef
from paraphe.usecases import using
from paraphe.usecases.firms.commit_contacts import CommitImport
from paraphe.usecases.firms.parse_contacts import UPLOADED, ParseImport
from paraphe.usecases.firms.preview_contacts import PreviewImport
from tests.support.world import FIRM

if TYPE_CHECKING:
    from paraphe.services import Services
    from tests.support.api import Caller
    from tests.support.fakes.contact_files import FakeContactFiles

ROOT = "/v1/contact_imports"
FRENCH_EXCEL = (
    "Nom;Prénom;Société;E-mail;Tél. portable;Observations\r\n"
    "Lefèvre;Élodie;Fournil;elodie@example.com;06 39 98 00 01;bonne cliente\r\n"
    "Hoarau;Jean-Noël;;jean-noel@example.com;0692 12 34 56;\r\n"
    "Lefèvre;É.;;ELODIE@example.com;;encore elle\r\n"
    "Durand;Paul;;paul@@example;;\r\n"
).encode("cp1252")
CARD_2_1 = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;"
    b"=C3=89lodie;;;\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89lodie =\r\n"
    b"Lef=C3=A8vre\r\n"
    b"TEL;WORK;VOICE:01 99 00 12 34\r\nTEL;CELL:06 39 98 00 01\r\nEMAIL;INTERNET:elodie@example.com"
    b"\r\nORG:Fournil;Vente\r\nEND:VCARD\r\n"
)
CARD_3 = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hoarau;Jean-Noël;;;\r\nFN:Jean-Noël Ho\r\n arau\r\n"
    "item1.TEL;type=pref:0692 12 34 56\r\nEMAIL;TYPE=WORK:autre@example.com\r\n"
    "EMAIL;TYPE=HOME,PREF:jn@example.com\r\nEND:VCARD\r\n"
).encode()
CARD_4 = (
    'BEGIN:VCARD\nVERSION:4.0\nFN:Zoé Martin\nTEL;VALUE=uri;TYPE="voice,cell":tel:+33-6-39-98-00-02'
    "\nEMAIL;PREF=1:zoe@example.com\nORG:Martin\\; et fils\nLANG:en\nEND:VCARD\n"
).encode()
BROKEN_CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\n\xc3\xa9:::;;=\r\nN;;;\r\nEND:VCARD\r\n"


class Importing:
    """One import."""

    def __init__(self, caller: Caller, services: Services, file_format: str = "csv") -> None:
        self.caller, self.services = caller, services
        begun = caller.call("POST", ROOT, {"format": file_format})
        assert begun.status == 201, begun.text
        self.begun: dict[str, Any] = begun.json
        self.path = f"{ROOT}/{begun.json['id']}"
        self.ref = ImportRef(FIRM.id, begun.json["id"])

    @property
    def files(self) -> FakeContactFiles:
        """Where its files lie."""
        return cast("FakeContactFiles", self.services.contact_files)

    def upload(self, content: bytes) -> dict[str, Any]:
        """Send the file, let both doors run; return where it stands."""
        self.files.files[self.ref, UPLOADED] = content
        using(ParseImport, self.services)(self.ref)
        using(PreviewImport, self.services)(self.ref)
        return self.state

    @property
    def state(self) -> dict[str, Any]:
        """Where it stands."""
        return dict(self.caller.call("GET", self.path).json)

    def rows(self, **query: str) -> list[dict[str, Any]]:
        """All rows, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, list[str]] = {}
        while True:
            asked = {**{k: [v] for k, v in query.items()}, **cursor}
            page = self.caller.call("GET", f"{self.path}/rows", query=asked).json
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": [page["next_cursor"]]}

    def commit(self, **choice: object) -> dict[str, Any]:
        """Choose, let the door run; return where it stands."""
        answer = self.caller.call("POST", f"{self.path}/commit", choice)
        assert answer.status == 202, answer.text
        self.write()
        return self.state

    def write(self) -> None:
        """Let the door run that commits."""
        using(CommitImport, self.services)(self.ref, self.caller.world.now)
