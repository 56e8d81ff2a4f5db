"""What an operator is told, in one sentence, when a command cannot be done."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, not Python's
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from infra.operate.ceremony import CeremonyError
from infra.operate.firms import NoSirenError
from infra.operate.stack import StackError
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.adapters.trust.authority.publishing import ForgottenRevocationError
from paraphe.adapters.trust.pades.cms.errors import TrustServiceError
from paraphe.domain.errors import ParapheError
from paraphe.domain.text import UnreadableError
from paraphe.ports.system import TransientError

_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_SAID_ALREADY = (
    CeremonyError,
    ForgottenRevocationError,
    NoSirenError,
    StackError,
    TrustServiceError,
    UnreadableError,
)


def explain(error: Exception) -> str | None:
    """Return what is wrong, what helps and what is left behind; None if nobody expects it."""
    told = _explain_ours(error) or _explain_aws(error)
    return "; ".join([told, *getattr(error, "__notes__", ())]) if told else None


def _explain_ours(error: Exception) -> str | None:
    if isinstance(error, ParapheError):
        return error.detail
    if isinstance(error, FileNotFoundError) and error.errno is None:  # no file of this machine
        return f"{error} is not published under pki/: hold the ceremony first (paraphe ceremony)"
    if isinstance(error, _SAID_ALREADY):
        return str(error)
    if isinstance(error, ServiceRefusedError):
        return f"AWS refused {error}"
    if isinstance(error, TransientError):
        return f"{error}: AWS did not answer, try again"
    return None


def _explain_aws(error: Exception) -> str | None:
    if isinstance(error, _CREDENTIALS):
        return f"{error}: sign in to AWS, or name a profile by AWS_PROFILE"
    if isinstance(error, NoRegionError):
        return "no AWS region: set AWS_REGION, or one in the profile"
    if isinstance(error, (ConnectionError, HTTPClientError)):
        return f"AWS was not reached: {error}"
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        return f"AWS refused {error.operation_name}: {said.get('Code')}: {said.get('Message')}"
    return str(error) if isinstance(error, BotoCoreError) else None
