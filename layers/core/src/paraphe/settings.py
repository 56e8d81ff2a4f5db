"""What the template tells a function by its environment. Read when asked for, not before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


LOCAL = "local"


class SettingMissingError(RuntimeError):
    """The template gives this function no such variable; the message has its name."""


class Settings:
    """One property per variable. A function has only those it needs."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Read from `environment`, or from the process's own."""
        self._environment = os.environ if environment is None else environment

    @property
    def table_name(self) -> str:
        """The table of requests and firms."""
        return self._required("TABLE_NAME")

    @property
    def limits_table_name(self) -> str:
        """The table of counters."""
        return self._required("LIMITS_TABLE_NAME")

    @property
    def api_burst(self) -> int:
        """How many calls of the API a client may send at once."""
        return int(self._environment.get("API_BURST", "200"))

    @property
    def api_per_second(self) -> int:
        """How many calls of the API a client may send each second in the long run."""
        return int(self._environment.get("API_PER_SECOND", "20"))

    @property
    def uploads_bucket(self) -> str:
        """Uploads and their inspections, kept one day."""
        return self._required("UPLOADS_BUCKET")

    @property
    def documents_bucket(self) -> str:
        """Documents while a request is open, and for a month after."""
        return self._required("DOCUMENTS_BUCKET")

    @property
    def evidence_bucket(self) -> str:
        """Evidence files."""
        return self._required("EVIDENCE_BUCKET")

    @property
    def link_key_id(self) -> str:
        """The KMS key that link tokens are derived with."""
        return self._required("LINK_KEY_ID")

    @property
    def code_key_id(self) -> str:
        """The KMS key that codes are derived and checked with."""
        return self._required("CODE_KEY_ID")

    @property
    def issuing_ca_key_id(self) -> str:
        """The KMS key of the issuing certificate authority."""
        return self._required("ISSUING_CA_KEY_ID")

    @property
    def ocsp_key_id(self) -> str:
        """The KMS key of the OCSP responder."""
        return self._required("OCSP_KEY_ID")

    @property
    def private_ca_arn(self) -> str:
        """The authority in AWS Private CA; empty for the built-in one."""
        return self._environment.get("PRIVATE_CA_ARN", "")

    @property
    def private_ca_hours(self) -> int:
        """Life of a one-time certificate of AWS Private CA, longer than its OCSP answers."""
        return int(self._required("PRIVATE_CA_HOURS"))

    @property
    def evidence_seal_key_id(self) -> str:
        """The KMS key of the platform's seal on evidence."""
        return self._required("EVIDENCE_SEAL_KEY_ID")

    @property
    def state_machine_arn(self) -> str:
        """The state machine, or its alias."""
        return self._required("STATE_MACHINE_ARN")

    @property
    def user_pool_id(self) -> str:
        """The Cognito user pool whose app clients are the firms' software."""
        return self._required("USER_POOL_ID")

    @property
    def from_address(self) -> str:
        """Whom mails come from: an address, or `Name <address>`."""
        return self._required("FROM_ADDRESS")

    @property
    def link_base_url(self) -> str:
        """What links in mails begin with, without a slash at the end."""
        return self._required("LINK_BASE_URL").rstrip("/")

    @property
    def pki_base_url(self) -> str:
        """Where certificates and revocation lists can be fetched, without a slash at the end."""
        return self._required("PKI_BASE_URL").rstrip("/")

    @property
    def pki_bucket(self) -> str:
        """Where the ceremony published the authority's certificates, under `pki/`."""
        return self._required("PKI_BUCKET")

    @property
    def tsa_url(self) -> str:
        """The RFC 3161 timestamp service."""
        return self._required("TSA_URL")

    @property
    def sms_sender(self) -> str:
        """What phones show as sender of an SMS; may be empty."""
        return self._environment.get("SMS_SENDER", "")

    @property
    def configuration_set(self) -> str:
        """The SES configuration set; may be empty."""
        return self._environment.get("CONFIGURATION_SET", "")

    @property
    def webhooks_table_name(self) -> str:
        """The table of webhooks and their deliveries."""
        return self._required("WEBHOOKS_TABLE_NAME")

    @property
    def webhook_key_id(self) -> str:
        """The KMS key that webhooks' secrets are encrypted with."""
        return self._required("WEBHOOK_KEY_ID")

    @property
    def loopback_webhooks(self) -> bool:
        """Whether webhooks may go to `http://127.0.0.1`: only ever on the stage `local`."""
        wanted = self._environment.get("LOOPBACK_WEBHOOKS", "") == "true"
        return wanted and self.stage == LOCAL

    @property
    def portal_base_url(self) -> str:
        """The portal's address, without a slash at the end."""
        return self._required("PORTAL_BASE_URL").rstrip("/")

    @property
    def oidc_issuer(self) -> str:
        """The identity provider, exactly as its tokens name it; empty: nobody can sign in."""
        return self._environment.get("OIDC_ISSUER", "")

    @property
    def oidc_client_id(self) -> str:
        """What the identity provider calls the portal."""
        return self._environment.get("OIDC_CLIENT_ID", "")

    @property
    def oidc_secret_parameter(self) -> str:
        """The parameter of Systems Manager that holds the client's secret; empty for none."""
        return self._environment.get("OIDC_SECRET_PARAMETER", "")

    @property
    def oidc_claims(self) -> str:
        """Which claims say what, see docs/PORTAL.md; empty for the standard ones."""
        return self._environment.get("OIDC_CLAIMS", "")

    @property
    def register_source(self) -> str:
        """Who is on the profession's register: `file` or `claim`."""
        return self._environment.get("REGISTER_SOURCE", "file")

    @property
    def enrolment_source(self) -> str:
        """The source of the events by which the portal asks for codes and certificates."""
        return self._required("ENROLMENT_SOURCE")

    @property
    def stage(self) -> str:
        """`dev`, `staging` or `prod`."""
        return self._environment.get("STAGE", "dev")

    def _required(self, name: str) -> str:
        value = self._environment.get(name, "")
        if not value:
            raise SettingMissingError(f"the environment variable {name} is not set")
        return value
