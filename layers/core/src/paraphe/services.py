"""The one registry of services: what doors and use cases may ask for.

`paraphe.wiring.services` keeps it on AWS, `tests.support.services` in memory. Each service is built
when it is first asked for. Use cases name the ports that they need as fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from paraphe.domain.requests.inspection import Accepted, Refused
    from paraphe.domain.requests.model import Notice
    from paraphe.domain.trust.evidence_verdict import Verdict
    from paraphe.ports.delivery import Letters, Limits, Mailer, Outbox, Sms
    from paraphe.ports.evidence import ChainHeads, EvidenceFiles, EvidenceMaker, HeadFiles
    from paraphe.ports.files import Files, Uploads, Verifications, Workspace
    from paraphe.ports.firms import Expiries, Firms, Members
    from paraphe.ports.requests import Executions, RequestRef, Requests
    from paraphe.ports.signing import Codes, DocumentSigner, Links
    from paraphe.ports.system import Entropy
    from paraphe.ports.trust import Archivist, Stamper, StatusPublisher, StatusResponder


class Services(Protocol):
    """Every adapter behind its port."""

    # ---- requests
    @property
    def requests(self) -> Requests:
        """The store of signature requests."""
        ...

    @property
    def files(self) -> Files:
        """Where documents lie."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Where uploads lie."""
        ...

    @property
    def executions(self) -> Executions:
        """The executions."""
        ...

    @property
    def inspector(self) -> Callable[[Path, Path, Path], Accepted | Refused]:
        """What judges an uploaded file, writes its normal form and draws its pages."""
        ...

    @property
    def workspace(self) -> Workspace:
        """Room for files."""
        ...

    @property
    def entropy(self) -> Entropy:
        """The operating system's chance."""
        ...

    # ---- signing
    @property
    def links(self) -> Links:
        """The maker of link tokens."""
        ...

    @property
    def codes(self) -> Codes:
        """The maker and checker of codes."""
        ...

    @property
    def signer(self) -> DocumentSigner:
        """What makes signatures."""
        ...

    @property
    def sealer(self) -> DocumentSigner:
        """What makes the firms' seals."""
        ...

    # ---- trust
    @property
    def stamper(self) -> Stamper:
        """What time-stamps a file."""
        ...

    @property
    def status_responder(self) -> StatusResponder:
        """What answers OCSP."""
        ...

    @property
    def status_publisher(self) -> StatusPublisher:
        """What renews the built-in authority's list."""
        ...

    @property
    def archivist(self) -> Archivist:
        """What renews archive time-stamps."""
        ...

    @property
    def verifications(self) -> Verifications:
        """The place of PDFs to verify."""
        ...

    @property
    def public_url(self) -> str:
        """What the addresses of pages begin with."""
        ...

    @property
    def verifier(self) -> Callable[[bytes, bytes | None, datetime], Verdict]:
        """What judges a stranger's PDF, in a child process with limits."""
        ...

    # ---- evidence
    @property
    def evidence_maker(self) -> EvidenceMaker:
        """What makes evidence files."""
        ...

    @property
    def evidence_files(self) -> EvidenceFiles:
        """Where evidence is kept."""
        ...

    @property
    def chain_heads(self) -> ChainHeads:
        """Where the audit chains stand."""
        ...

    @property
    def head_files(self) -> HeadFiles:
        """Where the days' heads are kept."""
        ...

    # ---- firms
    @property
    def firms(self) -> Firms:
        """The store of firms."""
        ...

    @property
    def members(self) -> Members:
        """The store of firms' members."""
        ...

    @property
    def expiries(self) -> Expiries:
        """When certificates end."""
        ...

    # ---- delivery
    @property
    def limits(self) -> Limits:
        """The counters of what was sent."""
        ...

    def notice_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
        """Read a notice from the `NewImage` of a record of the table's stream."""
        ...

    @property
    def sms(self) -> Sms:
        """What sends SMS."""
        ...

    @property
    def mailer(self) -> Mailer:
        """What sends mails."""
        ...

    @property
    def letters(self) -> Letters:
        """The wording of messages."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Notices whose delivery failed."""
        ...
