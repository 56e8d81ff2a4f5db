"""What the use cases need from the world. Adapters keep these; unit tests have fakes of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from paraphe.domain.actor import Due, Step, Urgency
from paraphe.domain.audit import Event
from paraphe.domain.edit import Decision
from paraphe.domain.evidence import About, FileProof
from paraphe.domain.heads import Head
from paraphe.domain.inspection import Accepted, Refused
from paraphe.domain.limits import Budget
from paraphe.domain.member import Enrolment, Member
from paraphe.domain.model import (
    ApiClient,
    Document,
    Firm,
    Notice,
    Recipient,
    RequestState,
    Revision,
    SignatureRequest,
)
from paraphe.domain.signing import Look
from paraphe.domain.status import StatusAnswer


@dataclass(frozen=True, slots=True)
class RequestRef:
    """Which request: its firm's id and its own."""

    firm_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class RecipientRef:
    """Which recipient of which request."""

    firm_id: str
    request_id: str
    recipient_id: str

    @property
    def request(self) -> RequestRef:
        """The request they belong to."""
        return RequestRef(self.firm_id, self.request_id)


@dataclass(frozen=True, slots=True)
class UploadRef:
    """Which form a document was uploaded with; `form` is empty on those from before it had ids."""

    firm_id: str
    request_id: str
    document_id: str
    form: str

    @property
    def request(self) -> RequestRef:
        """The request it belongs to."""
        return RequestRef(self.firm_id, self.request_id)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of a list; `cursor` None on the last one. Parts are left empty in lists."""

    requests: tuple[SignatureRequest, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Parked:
    """The actor's task token, waiting for the next command."""

    token: str
    generation: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an index says is due: it may lag behind, so it finds and never decides.

    Attributes:
        ref: which request.
        key: of the item that is due, inside its request.
        at: the instant, as the index has it.
        looks: how many looks it was claimed for since something was committed.

    """

    ref: RequestRef
    key: str
    at: str
    looks: int = 0


class Requests(Protocol):
    """Where signature requests are kept (one partition each)."""

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Read the aggregate consistently. Raises NotFoundError (`request_not_found`).

        Of each document's signatures only what rules need (`signers`, `newest`), so that it does
        not grow with documents times signers.
        """
        ...

    def load_whole(self, ref: RequestRef) -> SignatureRequest:
        """Read it with every stored signature. Raises NotFoundError (`request_not_found`)."""
        ...

    def bare(self, ref: RequestRef) -> SignatureRequest:
        """Read it without its parts, consistently. Raises NotFoundError (`request_not_found`)."""
        ...

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Write what changed, in one transaction conditioned on `before.version`.

        `before` None creates. Gives the request as stored (version + 1).
        Raises RaceLostError when another writer was first, or when it exists already.
        """
        ...

    def listed(
        self, firm_id: str, state: RequestState | None, limit: int, cursor: str | None
    ) -> RequestPage:
        """List a firm's requests, newest first. Raises InvalidError (`bad_cursor`)."""
        ...

    def due(self, urgency: Urgency, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Find requests of a shard whose `actor.due` has come, most overdue first."""
        ...

    def renewals_due(self, shard: int, now: datetime, limit: int) -> tuple[Found, ...]:
        """Find requests of a shard whose `renewal.due_at` has come, most overdue first."""
        ...

    def claim(self, found: Found, until: datetime) -> bool:
        """Hide what was found until then, one look more; False when somebody else was first.

        So one that breaks whoever looks at it is not in the way of the others. The next commit
        makes it due anew.
        """
        ...

    def refile(self, request: SignatureRequest, due: Due | None) -> None:
        """Have the sweep look at it then, until the next commit; nothing if one came since."""
        ...

    def strip_events(self, ref: RequestRef) -> None:
        """Take what the trail's events know of people out of them (`audit.stripped`)."""
        ...

    def schedule_renewal(self, ref: RequestRef, at: datetime | None) -> None:
        """Look again at `at`, or never: until the next commit of another `proven_until`."""
        ...

    def by_link(self, link_hash: str) -> RecipientRef | None:
        """Find whose link has this hash, or None."""
        ...

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Read the audit trail, in order."""
        ...

    def park(self, ref: RequestRef, parked: Parked) -> None:
        """Remember the actor's task token (overwrites an older one)."""
        ...

    def parked(self, ref: RequestRef) -> Parked | None:
        """Read the actor's task token, consistently."""
        ...

    def unpark(self, ref: RequestRef, token: str) -> None:
        """Forget the token if it is still this one."""
        ...


class Firms(Protocol):
    """Where firms and their API clients are kept."""

    def firm(self, firm_id: str) -> Firm:
        """Read a firm. Raises NotFoundError (`firm_not_found`)."""
        ...

    def client(self, client_id: str) -> ApiClient | None:
        """Return an API client with its firm and its name, or None."""
        ...

    def save(self, firm: Firm) -> None:
        """Write a firm's settings."""
        ...

    def bind_client(self, client_id: str, firm_id: str, name: str = "") -> None:
        """Let an API client act for a firm, under the name that evidence tells."""
        ...


class Members(Protocol):
    """Where a firm's members are kept."""

    def member(self, firm_id: str, member_id: str) -> Member:
        """Read a member. Raises NotFoundError (`member_not_found`)."""
        ...

    def save(self, member: Member) -> None:
        """Write a member."""
        ...

    def listed(self, firm_id: str) -> tuple[Member, ...]:
        """Return a firm's members."""
        ...


class Certifier(Protocol):
    """Issues keys and certificates to members, and revokes them (P1)."""

    def enrol(self, member: Member, now: datetime) -> Enrolment:
        """Make a key and certify it for three years. Raises TransientError."""
        ...

    def revoke(self, enrolment: Enrolment, now: datetime) -> None:
        """Revoke for good and say so in public. Raises TransientError."""
        ...


class Expiries(Protocol):
    """When certificates end, for whoever has to renew them."""

    def note(self, owner: str, expires_at: datetime) -> None:
        """Remember it; a newer certificate of the same owner takes its place."""
        ...

    def forget(self, owner: str) -> None:
        """It was revoked."""
        ...

    def noted(self) -> tuple[tuple[str, datetime], ...]:
        """Return every owner with the end of their certificate."""
        ...


@dataclass(frozen=True, slots=True)
class PublishedEnds:
    """Until when what validators fetch is good.

    Attributes:
        revocation_list: of end certificates; None when there is none.
        responder: the OCSP responder's certificate; None when there is none.
        by_ceremony: owner and end of what only the key ceremony renews.

    """

    revocation_list: datetime | None
    responder: datetime | None
    by_ceremony: Mapping[str, datetime]


class StatusResponder(Protocol):
    """Says whether certificates are revoked (OCSP, RFC 6960)."""

    def answer(self, request: bytes, now: datetime) -> StatusAnswer:
        """Answer an OCSPRequest (DER); what is none, or not ours to answer, is an answer too.

        Raises TransientError when a service does not answer, or there is no valid certificate.
        """
        ...


class StatusPublisher(Protocol):
    """Keeps what validators fetch fresh; every method may run twice at once."""

    def renew_list(self, now: datetime) -> bool:
        """Publish the revocation list anew if it is half worn out or lacks a revocation."""
        ...

    def renew_responder(self, now: datetime) -> bool:
        """Certify the OCSP responder anew if its certificate is missing, foreign or ends soon."""
        ...

    def ends(self) -> PublishedEnds:
        """Read back what is published."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A presigned POST: send `fields` and the file to `url` before `expires_at`."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime
    max_bytes: int


class Files(Protocol):
    """Where documents lie. Keys are as in docs/ARCHITECTURE.md, "Buckets"."""

    def presign_upload(self, upload: UploadRef, now: datetime) -> Upload:
        """Allow one PDF of at most 50 MB to be uploaded for this document, with this form."""
        ...

    def presign_download(self, key: str, filename: str, seconds: int) -> str:
        """Return a URL by which `key` can be fetched as `filename` for `seconds`."""
        ...

    def presign_picture(self, key: str, seconds: int) -> str:
        """Return a URL by which a page's picture can be shown inline."""
        ...

    def adopt_inspected(
        self,
        ref: RequestRef,
        document: Document,
        sha256: str,
        pages: int,
        original_sha256: str | None = None,
    ) -> str:
        """Copy an inspected upload (file and page pictures) to `active/`; give the file's key.

        With `original_sha256` what was sent is kept beside it: something was taken out of it.
        """
        ...

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Download and check the hash. Raises GoneError, ConflictError (`hash_mismatch`)."""
        ...

    def store_revision(self, ref: RequestRef, document_id: str, number: int, source: Path) -> str:
        """Store a signed revision under a name that holds its SHA-256; give the key."""
        ...

    def store_mark(self, ref: RecipientRef, content: bytes) -> str:
        """Store how a visible mark looks under a name that holds its SHA-256; give the key."""
        ...

    def retain(self, ref: RequestRef, document: Document) -> str:
        """Copy the newest revision and the pages to `retained/`; give the key. Repeatable.

        What was sent goes with them if something was taken out of it.
        """
        ...

    def original_key(self, ref: RequestRef, document: Document) -> str:
        """Return where, in `retained/`, what was sent is kept if something was taken out of it."""
        ...

    def store_retained(self, ref: RequestRef, document: Document, source: Path) -> str:
        """Store a renewed original in `retained/`, its SHA-256 in its name; give the key."""
        ...

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read a small object, or None when it is larger than `max_bytes` or gone."""
        ...

    def page_text(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Read the text of a page, empty when there is none."""
        ...

    def page_key(self, ref: RequestRef, document: Document, page: int, *, retained: bool) -> str:
        """Return the key of a page's picture."""
        ...

    def erase_active(self, ref: RequestRef) -> None:
        """Erase everything of a request under `active/`, all versions."""
        ...

    def erase_all(self, ref: RequestRef) -> None:
        """Erase everything of a request under `active/` and `retained/`, all versions (P16)."""
        ...


class Links(Protocol):
    """Link tokens: derived by a KMS key, 256 bits, stored nowhere."""

    def token(self, ref: RecipientRef, generation: int) -> str:
        """Compute the token of a recipient's link (needs the right to the link key)."""
        ...


class Codes(Protocol):
    """Codes by SMS: derived and checked by a KMS key (P9)."""

    def make(self, challenge_id: str) -> str:
        """Derive the six digits of a challenge; the same every time."""
        ...

    def mac(self, challenge_id: str, documents_digest: str, code: str) -> str:
        """Compute the keyed hash that is stored."""
        ...

    def matches(self, challenge_id: str, documents_digest: str, code: str, mac: str) -> bool:
        """Check a typed code against the stored keyed hash (in KMS)."""
        ...


class Limits(Protocol):
    """Counters of what was sent; each dies with its day."""

    def take(self, budgets: Sequence[Budget]) -> Budget | None:
        """Take from all of them, or from none: then give the first that has not so much left.

        Conditional writes decide, so no budget is ever overdrawn. Raises TransientError.
        """
        ...


class PhoneRefusedError(Exception):
    """The carrier refuses this number for good."""


class Sms(Protocol):
    """Short messages."""

    def send(self, phone: str, text: str) -> None:
        """Send. Raises PhoneRefusedError when the number can never work."""
        ...


# The tag `recipient` of mails to the sender.
SENDER_TAG = "sender"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    filename: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person, text and HTML.

    `tags` come back with what the mail service tells of it later: ids, nothing personal.
    """

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()
    reference: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A row of the outbox that could not be delivered, as the store gives it to a delivery.

    `image` is the row as the table's stream would show it; `attempts` counts failed deliveries.
    """

    image: Mapping[str, Any]
    ref: RequestRef
    notice: Notice
    attempts: int


class Outbox(Protocol):
    """Rows of the outbox whose delivery failed, and when each is tried again."""

    def postpone(self, ref: RequestRef, notice_id: str, attempts: int, at: datetime) -> None:
        """Have a row tried again at `at`."""
        ...

    def overdue(self, now: datetime, limit: int) -> tuple[Undelivered, ...]:
        """Return rows to be tried again, most overdue first."""
        ...

    def settle(self, ref: RequestRef, notice_id: str, given_up_at: datetime | None = None) -> None:
        """Try a row no more: it was delivered, or given up."""
        ...


class Mailer(Protocol):
    """E-mail."""

    def send(self, mail: Mail) -> None:
        """Hand over to the mail service."""
        ...


class Letters(Protocol):
    """The wording of mails and SMS, in the reader's language."""

    def mail(
        self,
        notice: Notice,
        request: SignatureRequest,
        recipient: Recipient | None,
        link: str | None,
        attachments: Sequence[Attachment],
        now: datetime,
    ) -> Mail:
        """Write the mail that a notice owes; `recipient` None means the sender."""
        ...

    def code_sms(self, request: SignatureRequest, recipient: Recipient, code: str) -> str:
        """Write the SMS that carries a code."""
        ...


class Actors(Protocol):
    """The executions that are the requests' actors."""

    def start(self, ref: RequestRef, generation: int) -> None:
        """Start `<request id>-<generation>`; starting it twice is harmless."""
        ...

    def is_running(self, ref: RequestRef, generation: int) -> bool:
        """Tell whether that execution exists and runs."""
        ...

    def wake(self, token: str, step: Step) -> bool:
        """Answer a parked token; False when it is answered already or dead."""
        ...


class Workspace(Protocol):
    """Room for files of one signature."""

    def __call__(self) -> AbstractContextManager[Path]:
        """Return a directory that is erased afterwards."""
        ...


class DocumentSigner(Protocol):
    """Makes one recipient's signature on one document (PAdES)."""

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
        look: Look | None = None,
    ) -> Revision:
        """Sign `pdf` in place, preparing its fields first when it has no signature of ours yet.

        `look` is what stands beside name and date where the signature shows (P8).
        Gives the revision without its `key` (empty): the caller stores the file.
        Raises TransientError when a service (KMS, timestamps) does not answer.
        """
        ...


class EvidenceMaker(Protocol):
    """Makes the sealed account of a request, and its pages (P19)."""

    @property
    def about(self) -> About:
        """Software and certificate policy."""
        ...

    def read(self, pdf: Path, document: Document, now: datetime) -> FileProof:
        """Take the signatures and the security store out of a signed file of ours, and judge it.

        Raises TransientError when a service (time-stamps) does not answer.
        """
        ...

    def seal(self, evidence: Mapping[str, Any], now: datetime) -> tuple[bytes, str]:
        """Seal the account so that it lasts (CAdES-B-LTA): the file's bytes, and their SHA-256.

        Raises TransientError when a service (KMS, time-stamps) does not answer.
        """
        ...

    def write(
        self, evidence: Mapping[str, Any], attached: bytes | None, target: Path, now: datetime
    ) -> datetime:
        """Write the account (or one person's part of it) as a sealed PDF, `attached` inside.

        Gives when the first certificate behind its time-stamp ends. Raises as `seal`.
        """
        ...


class Archivist(Protocol):
    """Keeps archive time-stamps young (ETSI EN 319 142-1 §5.4.3)."""

    def reach(self) -> datetime:
        """Return when the first certificate behind a time-stamp made now would end.

        Raises TransientError when the service does not answer.
        """
        ...

    def reached(self, file: Path) -> datetime | None:
        """Return the same of the newest time-stamp of a PDF or an account; None without one."""
        ...

    def renew(self, file: Path, now: datetime) -> None:
        """Add a time-stamp over everything, in place. Raises TransientError."""
        ...


class EvidenceFiles(Protocol):
    """Where evidence is kept, ten years."""

    def store(self, ref: RequestRef, folder: str, name: str, content: bytes) -> str:
        """Store the sealed account (JSON); give the key."""
        ...

    def store_file(self, ref: RequestRef, folder: str, name: str, source: Path) -> str:
        """Store a PDF; give the key."""
        ...

    def fetch(self, key: str, target: Path) -> None:
        """Download a file. Raises GoneError."""
        ...

    def read(self, key: str) -> bytes:
        """Read a sealed account. Raises GoneError."""
        ...

    def replace_file(self, key: str, source: Path, years: int) -> None:
        """Store a renewed file as the newest version, to be kept for so many more years."""
        ...

    def presign(self, key: str, filename: str, seconds: int) -> str:
        """Return a URL by which `key` can be fetched as `filename` for `seconds`."""
        ...


class ChainHeads(Protocol):
    """Where the audit chains stand (P19)."""

    def moved(self, day: date) -> Iterator[RequestRef]:
        """Find requests that were changed on this day (UTC) last; an index, so it may lag."""
        ...

    def heads(self, refs: Sequence[RequestRef]) -> tuple[Head, ...]:
        """Read requests' newest event numbers and hashes, consistently; those that are gone not.

        In no particular order, each once.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day whose heads are stored; `stamped` when the time-stamp is there too."""

    day: date
    stamped: bool


class HeadFiles(Protocol):
    """Where the days' heads (`json`) and their time-stamps (`tsr`) are kept, ten years."""

    def days(
        self, firm_id: str, since: date | None = None, limit: int | None = None
    ) -> tuple[KeptDay, ...]:
        """List a firm's days, oldest first, from `since` on, at most `limit`."""
        ...

    def read(self, firm_id: str, day: date, kind: str) -> bytes:
        """Read a stored file. Raises GoneError (`document_gone`)."""
        ...

    def store(self, firm_id: str, day: date, kind: str, content: bytes) -> bytes:
        """Store a file unless there is one; give what is stored, the first writer's."""
        ...

    def presign(self, firm_id: str, day: date, kind: str, seconds: int) -> str:
        """Return a URL by which a stored file can be fetched for `seconds`."""
        ...

    def last_done(self) -> date | None:
        """Return the newest day that was marked as done for every firm."""
        ...

    def mark_done(self, day: date) -> None:
        """Write down that every firm's heads of this day are stored. Repeatable."""
        ...


class Stamper(Protocol):
    """Time-stamps a file (RFC 3161)."""

    def __call__(self, content: bytes) -> bytes:
        """Return a TimeStampResp over its SHA-256, DER. Raises TransientError."""
        ...


class TransientError(Exception):
    """A service did not answer; trying again later may work."""


class Verifications(Protocol):
    """Where signed PDFs of anybody wait to be verified, for a day at most."""

    def uploads(
        self, verification: str, now: datetime, back: str | None = None
    ) -> Mapping[str, Upload]:
        """Allow `pdf` (50 MB) and `evidence` (20 MB) to be uploaded.

        `back` is where the browser goes after its upload.
        """
        ...

    def fetch(self, verification: str) -> tuple[bytes, bytes | None]:
        """Return the PDF and the evidence file, if there is one.

        Raises:
            GoneError: `document_gone`.

        """
        ...


class Uploads(Protocol):
    """What `inspect_upload` may touch: one upload in, its inspection out."""

    def begin(self, upload: UploadRef) -> bool:
        """Take one of the inspections that a form is good for; False when they are used up.

        A conditional write decides, so however many uploads come at once, no more are inspected.
        """
        ...

    def end(self, upload: UploadRef) -> None:
        """Use up a form: nothing that is uploaded with it from now on is inspected."""
        ...

    def fetch_original(self, upload: UploadRef, target: Path) -> None:
        """Download the uploaded file."""
        ...

    def store_inspection(
        self, upload: UploadRef, report: Accepted | Refused, directory: Path
    ) -> None:
        """Store `document.pdf`, `pages/` and, last, `report.json` under `inspected/`.

        What was sent too, when something was taken out of it.
        """
        ...

    def report(self, upload: UploadRef) -> Accepted | Refused:
        """Read a stored report."""
        ...


class Entropy(Protocol):
    """Chance, passed in so that tests can repeat it."""

    def __call__(self, count: int) -> bytes:
        """Return `count` unpredictable bytes."""
        ...
