"""What doors work with. `paraphe.wiring`, as a module, keeps `Tools`; tests pass fakes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.domain.requests.model import Notice
from paraphe.ports.delivery import Letters, Mailer, Outbox, Sms
from paraphe.ports.evidence import ChainHeads, EvidenceFiles, EvidenceMaker, HeadFiles
from paraphe.ports.files import Files, Uploads, Workspace
from paraphe.ports.firms import Expiries
from paraphe.ports.requests import Actors, RequestRef, Requests
from paraphe.ports.signing import Codes, DocumentSigner, Links
from paraphe.ports.trust import Archivist, Stamper


class Tools(Protocol):
    """Each adapter is built when it is first asked for."""

    def requests(self) -> Requests:
        """Give the store of signature requests."""
        ...

    def actors(self) -> Actors:
        """Give the executions."""
        ...

    def files(self) -> Files:
        """Give the documents' files."""
        ...

    def uploads(self) -> Uploads:
        """Give the uploads' files."""
        ...

    def links(self) -> Links:
        """Give the maker of link tokens."""
        ...

    def codes(self) -> Codes:
        """Give the maker of codes."""
        ...

    def sms(self) -> Sms:
        """Give what sends SMS."""
        ...

    def mailer(self) -> Mailer:
        """Give what sends mails."""
        ...

    def outbox(self) -> Outbox:
        """Give notices whose delivery failed."""
        ...

    def letters(self) -> Letters:
        """Give the wording."""
        ...

    def signer(self) -> DocumentSigner:
        """Give what makes signatures."""
        ...

    def sealer(self) -> DocumentSigner:
        """Give what makes the firms' seals."""
        ...

    def expiries(self) -> Expiries:
        """Give when certificates end."""
        ...

    def evidence_maker(self) -> EvidenceMaker:
        """Give what makes evidence files."""
        ...

    def evidence_files(self) -> EvidenceFiles:
        """Give where evidence is kept."""
        ...

    def archivist(self) -> Archivist:
        """Give what renews archive time-stamps."""
        ...

    def chain_heads(self) -> ChainHeads:
        """Give where the audit chains stand."""
        ...

    def head_files(self) -> HeadFiles:
        """Give where the days' heads are kept."""
        ...

    def stamper(self) -> Stamper:
        """Give what time-stamps a file."""
        ...

    def workspace(self) -> Workspace:
        """Give room for files."""
        ...

    def inspector(self) -> Callable[[Path, Path, Path], Accepted | Refused]:
        """Give what judges an uploaded file and draws its pages."""
        ...

    def notice_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
        """Read a notice off a stream record's image."""
        ...
