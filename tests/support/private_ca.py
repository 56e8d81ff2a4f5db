"""A stand-in for AWS Private CA: what it issues, its OCSP and its lists, really signed.

The embedded AWS has no `acm-pca`. This holds to what AWS documents for the four operations that are
used: ApiPassthrough counts only with a template that says so, CustomAttributes exclude the named
ones, a request is in progress before it is issued, a token finds the same certificate, the end of a
validity is bounded by the authority's. What it cannot show is what AWS does without saying so.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
)

from tests.support.private_ca_parts import (
    CaKey,
    Issued,
    RefusalError,
    instant_of,
    issued_by,
    key_usage,
    list_at,
    named,
    passed_extensions,
    pem_of,
    subject_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

ARN = "arn:aws:acm-pca:eu-west-3:123456789012:certificate-authority/6a5b4c3d-0123456789ab"
_BLANK = "template/BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough/V1"
_TOKEN_LIVES = timedelta(minutes=5)
_YEARS = timedelta(days=15 * 365)
_HASHES: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class PrivateCa:
    """A root and an issuing authority, as `CreateCertificateAuthority` and the console make them.

    Attributes:
        rsa: the authority's keys are RSA ones.
        delegated: OCSP is answered by a responder that the issuing authority certified.
        ocsp_enabled: as in RevocationConfiguration; without it no address is in certificates.
        ocsp_lifetime: of its answers.
        polls_before_issued: how often GetCertificate says that it is in progress.
        ocsp_unknown: how often OCSP does not know a fresh certificate.
        faults: error codes that the next calls of the API are answered with.
        lost_answers: how many certificates are issued without the caller hearing of it.
        tampering: changes what is issued.
        certificate_text: what GetCertificate gives instead of a certificate.
        calls: operations, in order.
        requests: their parameters.
        objects: what S3 has, by bucket and key as in a path.

    """

    rsa: bool = False
    delegated: bool = False
    ocsp_enabled: bool = True
    ocsp_lifetime: timedelta = timedelta(days=3)
    polls_before_issued: int = 1
    ocsp_unknown: int = 1
    clock: Callable[[], datetime] = _now
    faults: list[str] = field(default_factory=list)
    lost_answers: int = 0
    tampering: Callable[[x509.CertificateBuilder], x509.CertificateBuilder] | None = None
    certificate_text: str | None = None
    calls: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    issued: dict[str, Issued] = field(default_factory=dict)
    revoked: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    url: str = ""

    def open(self, url: str) -> None:
        """Make keys and certificates that name `url`."""
        self.url = url
        self._tokens: dict[str, tuple[datetime, str]] = {}
        born = self.clock() - timedelta(days=30)
        self.root_key, self.issuing_key = self._new_key(), self._new_key()
        root = named("Exemple Root")
        self.root = self._authority(root, root, self.root_key, born, path_length=1)
        issuing = named("Exemple Issuing")
        self.issuing = self._authority(issuing, root, self.issuing_key, born, path_length=0)
        self.responder_key = ec.generate_private_key(ec.SECP256R1())
        self.responder = self._responder(born)

    def _new_key(self) -> CaKey:
        if self.rsa:
            return rsa.generate_private_key(65537, 2048)
        return ec.generate_private_key(ec.SECP384R1())

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """One call of the API."""
        self.calls.append(operation)
        self.requests.append(asked)
        if self.faults:
            raise RefusalError(self.faults.pop(0))
        if asked["CertificateAuthorityArn"] != ARN:
            raise RefusalError("ResourceNotFoundException")
        made: dict[str, Any] = getattr(self, f"_{operation}")(asked)
        return made

    def _IssueCertificate(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        token = asked.get("IdempotencyToken")
        at, arn = self._tokens.get(token or "", (datetime.min.replace(tzinfo=UTC), ""))
        if self.clock() - at < _TOKEN_LIVES:
            return {"CertificateArn": arn}
        _, _, family = asked["SigningAlgorithm"].partition("WITH")
        if family != ("RSA" if self.rsa else "ECDSA"):
            raise RefusalError("InvalidArgsException")  # "must match the algorithm family"
        certificate = self._make(asked)
        arn = f"{ARN}/certificate/{certificate.serial_number:032x}"
        self.issued[arn] = Issued(certificate)
        if token:
            self._tokens[token] = (self.clock(), arn)
        if self.lost_answers:
            self.lost_answers -= 1
            raise RefusalError("InternalServerError", 500)
        return {"CertificateArn": arn}

    def _GetCertificate(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        found = self.issued.get(asked["CertificateArn"])
        if found is None:
            raise RefusalError("ResourceNotFoundException")
        found.polls += 1
        if found.polls <= self.polls_before_issued:
            raise RefusalError("RequestInProgressException")
        return {
            "Certificate": self.certificate_text or pem_of(found.certificate),
            "CertificateChain": pem_of(self.issuing) + pem_of(self.root),
        }

    def _GetCertificateAuthorityCertificate(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Certificate": pem_of(self.issuing), "CertificateChain": pem_of(self.root)}

    def _RevokeCertificate(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's
        serial = int(asked["CertificateSerial"].replace(":", ""), 16)
        if serial not in {one.certificate.serial_number for one in self.issued.values()}:
            raise RefusalError("ResourceNotFoundException")
        if serial in self.revoked:
            raise RefusalError("RequestAlreadyProcessedException")
        self.revoked[serial] = (self.clock(), asked["RevocationReason"])
        return {}

    def _make(self, asked: dict[str, Any]) -> x509.Certificate:
        passed = asked.get("ApiPassthrough", {})
        template = asked.get("TemplateArn", "arn:aws:acm-pca:::template/EndEntityCertificate/V1")
        if template != f"arn:aws:acm-pca:::{_BLANK}":
            passed = {}  # "or else this parameter is ignored"
        try:
            csr = x509.load_pem_x509_csr(b64decode(asked["Csr"]))
        except ValueError:
            raise RefusalError("MalformedCSRException") from None
        if not csr.is_signature_valid or not list(csr.subject):
            raise RefusalError("MalformedCSRException")
        now = self.clock()
        begins = instant_of(asked.get("ValidityNotBefore"), now - timedelta(minutes=60))
        ends = instant_of(asked["Validity"], now)
        if ends <= now or ends > self.issuing.not_valid_after_utc or begins >= ends:
            raise RefusalError("InvalidArgsException")
        builder = self._base(subject_of(passed, csr), csr.public_key(), begins, ends)
        for extension, critical in passed_extensions(passed.get("Extensions", {})):
            builder = builder.add_extension(extension, critical=critical)
        if self.tampering:
            builder = self.tampering(builder)
        algorithm = _HASHES[asked["SigningAlgorithm"].partition("WITH")[0]]
        return builder.sign(self.issuing_key, algorithm)

    def certify(
        self, common_name: str, key: CertificatePublicKeyTypes, ends: datetime
    ) -> x509.Certificate:
        """A person's certificate, issued by the authority for itself, as a provider does."""
        builder = self._base(named(common_name), key, self.clock() - timedelta(hours=1), ends)
        made = builder.add_extension(key_usage(ca=False, commitment=True), critical=True).sign(
            self.issuing_key, hashes.SHA384()
        )
        self.issued[common_name] = Issued(made)
        return made

    def _base(
        self, subject: x509.Name, key: CertificatePublicKeyTypes, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.issuing.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(issued_by(self.issuing_key), critical=False)
            .add_extension(list_at(f"{self.url}/issuing.crl"), critical=False)
        )
        if not self.ocsp_enabled:
            return builder
        where = x509.UniformResourceIdentifier(f"{self.url}/ocsp")
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
        return builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)

    def _authority(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: CaKey,
        born: datetime,
        *,
        path_length: int,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(born)
            .not_valid_after(born + _YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
            .add_extension(key_usage(ca=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        if subject != issuer:
            builder = builder.add_extension(issued_by(self.root_key), critical=False)
            builder = builder.add_extension(list_at(f"{self.url}/root.crl"), critical=False)
        return builder.sign(self.root_key, hashes.SHA384())

    def _responder(self, born: datetime) -> x509.Certificate:
        key = self.responder_key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(named("Exemple OCSP"))
            .issuer_name(self.issuing.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(born)
            .not_valid_after(born + timedelta(days=365))
            .add_extension(key_usage(ca=False), critical=True)
            .add_extension(issued_by(self.issuing_key), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
            .add_extension(x509.OCSPNoCheck(), critical=False)
            .sign(self.issuing_key, hashes.SHA384())
        )

    def ocsp(self, asked: bytes) -> bytes:
        """What the responder says."""
        question = ocsp.load_der_ocsp_request(asked)
        found = next(
            (
                i
                for i in self.issued.values()
                if i.certificate.serial_number == question.serial_number
            ),
            None,
        )
        if found is not None:
            found.ocsp_asked += 1
        if found is None or found.ocsp_asked <= self.ocsp_unknown:
            refused = ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.UNAUTHORIZED
            )
            return refused.public_bytes(Encoding.DER)
        return self.status(found.certificate)

    def status(self, certificate: x509.Certificate) -> bytes:
        """A signed answer about a certificate."""
        now = self.clock().replace(microsecond=0)
        at, _ = self.revoked.get(certificate.serial_number, (None, ""))
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate,
            self.issuing,
            hashes.SHA1(),  # noqa: S303 - RFC 6960 §4.3
            ocsp.OCSPCertStatus.GOOD if at is None else ocsp.OCSPCertStatus.REVOKED,
            now,
            now + self.ocsp_lifetime,
            at,
            None,
        )
        if self.delegated:
            signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder)
            made = signed.certificates([self.responder]).sign(self.responder_key, hashes.SHA256())
        else:
            signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.issuing)
            made = signed.sign(self.issuing_key, hashes.SHA384())
        return made.public_bytes(Encoding.DER)

    def crl(self, name: str, at: datetime | None = None) -> bytes:
        """The root's list, or the issuing authority's."""
        now = (at or self.clock()).replace(microsecond=0)
        issuer, key = (
            (self.root, self.root_key) if name == "root" else (self.issuing, self.issuing_key)
        )
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(now)
            .next_update(now + timedelta(days=7))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(issued_by(key), critical=False)
        )
        for serial, (revoked_at, _) in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(entry.revocation_date(revoked_at).build())
        return builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)
