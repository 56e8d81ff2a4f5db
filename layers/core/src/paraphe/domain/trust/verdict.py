"""What validation says of a signed PDF, in values (ETSI EN 319 102-1 §5, EN 319 142-1 §6; P20).

Standard library only. A verdict never says "qualified": which list a root is on is not asked here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class State(StrEnum):
    """What one may rely on, for one signature or for the whole file.

    `INDETERMINATE` is neither a yes nor a no: something needed is missing (trust, proof, time).
    `UNSIGNED`: no person and no seal stands behind the file, whatever time-stamps it bears.
    """

    VALID = "valid"
    UNKNOWN_TRUST = "unknown_trust"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


class ExitCode(IntEnum):
    """What `paraphe verify` ends with, for scripts."""

    VALID = 0
    INVALID = 1
    UNCERTAIN = 2
    UNREADABLE = 3
    UNSIGNED = 4


EXIT_CODES = {
    State.VALID: ExitCode.VALID,
    State.INVALID: ExitCode.INVALID,
    State.UNKNOWN_TRUST: ExitCode.UNCERTAIN,
    State.INDETERMINATE: ExitCode.UNCERTAIN,
    State.UNSIGNED: ExitCode.UNSIGNED,
    State.UNREADABLE: ExitCode.UNREADABLE,
}


class Kind(StrEnum):
    """A person's signature or a firm's seal, or a time-stamp over the document."""

    SIGNATURE = "signature"
    SEAL = "seal"
    TIMESTAMP = "timestamp"


class Level(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1 §6); `NONE` is a signature of another make."""

    NONE = "none"
    B_B = "PAdES-B-B"
    B_T = "PAdES-B-T"
    B_LT = "PAdES-B-LT"
    B_LTA = "PAdES-B-LTA"


class Coverage(StrEnum):
    """What the signature's byte range covers."""

    FILE = "file"
    REVISION = "revision"
    PARTIAL = "partial"


class Change(StrEnum):
    """What was done to the file after the signature, from harmless to not; or nobody could tell."""

    NOTHING = "nothing"
    LATER_SIGNATURES = "later_signatures"
    FORM_FILLING = "form_filling"
    ANNOTATIONS = "annotations"
    SUSPICIOUS = "suspicious"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """What a reader sees or trusts that was changed after a signature, and may not be."""

    PAGE = "page"
    FONT = "font"
    LAYERS = "layers"
    FIELD = "field"
    FORM = "form"
    ANNOTATION = "annotation"
    ATTACHMENT = "attachment"
    ACTION = "action"
    NAVIGATION = "navigation"
    SPOKEN = "spoken"
    SIGNATURE = "signature"
    PROOF = "proof"
    DOCUMENT = "document"
    FILE = "file"


class Problem(StrEnum):
    """Why a state is less than valid; people read a sentence for each."""

    MALFORMED = "malformed"
    DIGEST = "digest"
    CRYPTOGRAPHY = "cryptography"
    COVERAGE = "coverage"
    CHANGED = "changed"
    NOT_ALLOWED = "not_allowed"
    REVOKED = "revoked"
    NOT_YET_VALID = "not_yet_valid"
    NO_TRUST = "no_trust"
    NO_PROOF = "no_proof"
    EXPIRED = "expired"
    WEAK = "weak"
    STRUCTURE = "structure"
    REFUSED = "refused"
    TOO_MUCH = "too_much"
    HIDDEN_SIGNATURE = "hidden_signature"
    WRONG_PURPOSE = "wrong_purpose"
    UNCLEAR_PURPOSE = "unclear_purpose"
    CHAIN = "chain"
    ONLY_TIMESTAMPS = "only_timestamps"
    ONLY_SIGNATURES = "only_signatures"
    PURPOSE_UNSAID = "purpose_unsaid"
    UNSUPPORTED = "unsupported"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a certificate names.

    Attributes:
        name: common name, or the organization's when there is none.
        organization: empty for a person of none.
        organization_id: organizationIdentifier of a legal person (ETSI EN 319 412-3 §5.1.4).
        email: from subjectAltName, empty when not there.
        serial: subject serialNumber; in one-time certificates the act of signing.
        issuer: the certificate authority's name.
        certificate_sha256: hex.

    """

    name: str
    organization: str = ""
    organization_id: str = ""
    email: str = ""
    serial: str = ""
    issuer: str = ""
    certificate_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """The certificate at the end of a chain; `known` when the reader trusts it."""

    name: str
    sha256: str
    known: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What came after a signature, and the objects that say so.

    Attributes:
        kind: the worst of it.
        later: names of the fields signed or stamped later, in order.
        objects: PDF objects that were changed, like `12 0`.
        fields: form fields that were filled in.
        detail: English, for an expert.
        parts: what a reader sees or trusts that may be another one than what was signed.

    """

    kind: Change
    later: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    detail: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """All that is said of one signature.

    Attributes:
        field: the form field's name.
        kind: of signature.
        state: what one may rely on.
        level: reached, by what is in the file.
        signer: None when the certificate cannot be read.
        root: the end of the signer's chain, None when there is none.
        stamp_root: the same for the time-stamp.
        stamped_at: the trusted time-stamp's instant, UTC; None without one.
        claimed_at: what the signing software wrote; nobody vouches for it.
        proven_at: the earliest instant at which the signature is proven to have existed.
        intact: the signed bytes are what was signed, and the key is the certificate's.
        coverage: of the byte range.
        changes: what came after.
        revision_end: bytes covered, from the file's beginning.
        problems: why not valid.
        subindication: of ETSI EN 319 102-1, empty when passed.
        detail: English, for an expert.
        report: ETSI TS 119 102-2, XML; empty unless asked for.
        error_id: under which an error of the verification itself stands in its log; else empty.

    """

    field: str
    kind: Kind
    state: State
    level: Level = Level.NONE
    signer: Person | None = None
    root: Root | None = None
    stamp_root: Root | None = None
    stamped_at: datetime | None = None
    claimed_at: datetime | None = None
    proven_at: datetime | None = None
    intact: bool = False
    coverage: Coverage = Coverage.PARTIAL
    changes: Changes = Changes(Change.SUSPICIOUS)
    revision_end: int = 0
    problems: tuple[Problem, ...] = ()
    subindication: str = ""
    detail: str = ""
    report: str = ""
    error_id: str = ""


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """All that is said of a PDF.

    Attributes:
        state: the whole: the worst of its parts.
        at: the instant it was validated for, UTC.
        sha256: of the file, hex.
        size: bytes.
        signatures: in the order of signing, time-stamps among them.
        problems: what concerns the file and no single signature.
        detail: English, for an expert.
        error_id: as of a signature, when the whole file could not be validated.

    """

    state: State
    at: datetime
    sha256: str
    size: int
    signatures: tuple[SignatureVerdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    detail: str = ""
    error_id: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """0 valid and trusted, 1 invalid, 2 uncertain, 3 not readable, 4 signed by nobody."""
        return EXIT_CODES[self.state]


_WORST_LAST = (State.VALID, State.UNKNOWN_TRUST, State.INDETERMINATE, State.INVALID)


def whole(states: tuple[State, ...]) -> State:
    """The worst state of the parts; `UNSIGNED` without parts."""
    known = [_WORST_LAST.index(state) for state in states]
    return _WORST_LAST[max(known)] if known else State.UNSIGNED


def whole_file(signatures: tuple[SignatureVerdict, ...]) -> State:
    """The worst state of a file's signatures; `UNSIGNED` when nobody but time-stamps signed it."""
    if all(one.kind is Kind.TIMESTAMP for one in signatures):
        return State.UNSIGNED
    return whole(tuple(one.state for one in signatures))
