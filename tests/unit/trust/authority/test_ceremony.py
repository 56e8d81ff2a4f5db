"""The key ceremony on hand-written KMS and S3: made once, kept, renewed, never for another key."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra.operate.authority import authority_of
from infra.operate.ceremony import CeremonyError, Plan, hold, hold_for_stack
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import CaChain, load_chain
from paraphe.adapters.trust.authority.kms_keys import KmsKeys
from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations, PkiBucket
from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority
from paraphe.adapters.trust.authority.profiles import Publication
from paraphe.adapters.trust.pades.cms.keys import InMemoryKeys
from paraphe.adapters.trust.pades.cms.ocsp import Revocation
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.ports.system import TransientError
from tests.support.trust import LAUNCH, TrustWorld

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = Plan("alias/root", "alias/issuing", "alias/ocsp", "https://pki.test/", "Démo")


class FakeKms:
    """KMS as far as signing goes, with keys in memory."""

    def __init__(self) -> None:
        self.keys = InMemoryKeys()
        self.asked: list[str] = []
        self.broken = False
        for name in ("alias/root", "alias/issuing"):
            self.keys.create(name, ec.SECP384R1())
        self.keys.create("alias/ocsp")

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        """Return the public half, or say that there is none."""
        self.asked.append(KeyId)
        try:
            key = self.keys.public_key(KeyId)
        except KeyError:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetPublicKey") from None
        return {"PublicKey": key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, **asked: Any) -> dict[str, bytes]:  # noqa: ANN401 - boto3's arguments
        """Sign a digest with the algorithm that its size asks for."""
        if self.broken:
            raise EndpointConnectionError(endpoint_url="https://kms.test")
        assert asked["MessageType"] == "DIGEST"
        sizes = {"ECDSA_SHA_256": 32, "ECDSA_SHA_384": 48}
        assert len(asked["Message"]) == sizes[asked["SigningAlgorithm"]]
        return {"Signature": self.keys.sign_digest(asked["KeyId"], asked["Message"])}


@dataclass
class FakeS3:
    """One bucket in memory; `written` lists what was put, `meanwhile` comes before the next."""

    objects: dict[str, bytes] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """Read, or say that there is no such key."""
        assert Bucket == "bucket"
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        content = self.objects[Key]
        return {"Body": io.BytesIO(content), "ETag": _etag(content)}

    def put_object(self, **asked: Any) -> None:  # noqa: ANN401 - boto3's arguments
        """Store, if the condition holds."""
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        there = self.objects.get(asked["Key"])
        if ("IfNoneMatch" in asked and there is not None) or (
            "IfMatch" in asked and (there is None or _etag(there) != asked["IfMatch"])
        ):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        self.objects[asked["Key"]] = asked["Body"]
        self.written.append(asked["Key"])


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


@dataclass
class Account:
    """Both services, and the adapters over them."""

    kms: FakeKms = field(default_factory=FakeKms)
    s3: FakeS3 = field(default_factory=FakeS3)

    @property
    def keys(self) -> KmsKeys:
        """Make the adapter anew, as a new process does."""
        return KmsKeys(cast("Any", self.kms))

    @property
    def bucket(self) -> PkiBucket:
        """Make the adapter anew."""
        return PkiBucket(cast("Any", self.s3), "bucket")


def test_it_publishes_a_chain_that_the_runtime_loads() -> None:
    """It publishes a chain that the runtime loads and signs with."""
    account = Account()
    made = hold(account.keys, account.bucket, PLAN, LAUNCH)
    loaded = load_chain(account.bucket.read)
    assert loaded == made
    assert made.issuing.issuer == made.root.subject
    assert "pki/policy" in account.s3.objects
    authority = BuiltInAuthority(
        loaded, account.keys, "alias/issuing", Publication("https://pki.test")
    )
    credential = authority.issue_one_time(SignerIdentity("Zoé", "c"), LAUNCH)
    credential.certificate.verify_directly_issued_by(loaded.issuing)


def test_a_second_time_changes_nothing() -> None:
    """A second time changes nothing but the copies for people."""
    account = Account()
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    before = dict(account.s3.objects)
    hold(account.keys, account.bucket, PLAN, LAUNCH + timedelta(days=1))
    assert account.s3.objects == before


def test_lists_are_renewed_at_half_their_life() -> None:
    """Lists are renewed at half their life, certificates never."""
    account = Account()
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    account.s3.written.clear()
    hold(account.keys, account.bucket, PLAN, LAUNCH + timedelta(days=4))
    assert "pki/issuing.crl" in account.s3.written
    assert "pki/root.crl" not in account.s3.written
    hold(account.keys, account.bucket, PLAN, LAUNCH + timedelta(days=201))
    assert "pki/root.crl" in account.s3.written
    assert "pki/root.cer" not in account.s3.written


def test_a_revocation_is_listed_the_next_time() -> None:
    """A revocation is listed the next time, without waiting for half a life."""
    account = Account()
    chain = hold(account.keys, account.bucket, PLAN, LAUNCH)
    store = BucketRevocations(account.bucket)
    publication = Publication("https://pki.test")
    authority = BuiltInAuthority(chain, account.keys, "alias/issuing", publication, store)
    authority.revoke(77, 1, LAUNCH)
    authority.revoke(77, 4, LAUNCH + timedelta(hours=1))
    hold(account.keys, account.bucket, PLAN, LAUNCH + timedelta(hours=2))
    listed = x509.load_der_x509_crl(account.bucket.read("issuing.crl"))
    assert [entry.serial_number for entry in listed] == [77]
    assert store.all()[77].at == LAUNCH


def test_another_keys_certificate_is_never_replaced() -> None:
    account = Account()
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    account.kms = FakeKms()
    with pytest.raises(CeremonyError, match=r"root\.cer"):
        hold(account.keys, account.bucket, PLAN, LAUNCH)


def test_the_stacks_outputs_say_where() -> None:
    """The stack's outputs say where everything is."""
    account = Account()
    services: dict[str, Any] = {"kms": account.kms, "s3": account.s3}
    outputs = {
        "RootKeyId": "alias/root",
        "IssuingKeyId": "alias/issuing",
        "OcspKeyId": "alias/ocsp",
        "PkiBaseUrl": "https://pki.test",
        "PkiBucketName": "bucket",
    }
    chain = hold_for_stack(services.__getitem__, outputs, "Cabinet", LAUNCH)
    assert "O=Cabinet" in chain.root.subject.rfc4514_string()


class FakePrivateCa:
    """AWS Private CA as far as the ceremony goes: its certificates, in PEM."""

    def __init__(self, chain: CaChain) -> None:
        self.pem = [c.public_bytes(Encoding.PEM).decode() for c in chain.certificates]

    def get_certificate_authority_certificate(self, *, CertificateAuthorityArn: str) -> Any:  # noqa: ANN401, N803 - boto3's
        """Return the issuing certificate and those above it."""
        assert CertificateAuthorityArn == "arn:private"
        return {"Certificate": self.pem[0], "CertificateChain": "\n".join(self.pem[1:])}


def test_a_private_authority_is_published_beside_the_built_in_one() -> None:
    """What the built-in one issued keeps its list and OCSP; people are told both roots."""
    account, theirs = Account(), TrustWorld().authority.chain
    services = {"kms": account.kms, "s3": account.s3, "acm-pca": FakePrivateCa(theirs)}
    outputs = {
        "RootKeyId": "alias/root",
        "IssuingKeyId": "alias/issuing",
        "OcspKeyId": "alias/ocsp",
        "PkiBaseUrl": "http://pki.test",
        "PkiBucketName": "bucket",
        "PrivateCaArn": "arn:private",
    }
    for _ in range(2):
        assert hold_for_stack(services.__getitem__, outputs, "Cabinet", LAUNCH) == replace(
            theirs, crls=()
        )
    stack = authority_of(services.__getitem__, outputs)
    assert isinstance(stack.authority, PrivateCaAuthority)
    assert stack.authority.revocations.all() == {}
    own = load_chain(account.bucket.read)
    told = x509.load_pem_x509_certificates(account.bucket.read("root.pem"))
    assert set(told) == {theirs.root, own.root}
    del outputs["PrivateCaArn"]
    assert authority_of(services.__getitem__, outputs).authority.chain == own


def test_files_of_two_ceremonies_do_not_mix() -> None:
    """Files of two ceremonies do not make one chain."""
    one, two = Account(), Account()
    for account in (one, two):
        hold(account.keys, account.bucket, PLAN, LAUNCH)
    one.s3.objects["pki/issuing.cer"] = two.s3.objects["pki/issuing.cer"]
    with pytest.raises(ValueError, match="not the next one's"):
        load_chain(one.bucket.read)
    with pytest.raises(FileNotFoundError):
        load_chain(Account().bucket.read)


def test_kms_is_asked_once_for_a_public_key_and_its_faults_are_told_apart() -> None:
    account = Account()
    keys = account.keys
    for _ in range(3):
        keys.public_key("alias/root")
    assert account.kms.asked == ["alias/root"]
    with pytest.raises(ServiceRefusedError):
        keys.public_key("alias/none")
    account.kms.broken = True
    with pytest.raises(TransientError):
        keys.sign_digest("alias/root", bytes(48))


def test_it_certifies_the_ocsp_responder() -> None:
    """It certifies the OCSP responder for its own key, and keeps that certificate."""
    account = Account()
    chain = hold(account.keys, account.bucket, PLAN, LAUNCH)
    responder = x509.load_der_x509_certificate(account.bucket.read("responder.cer"))
    responder.verify_directly_issued_by(chain.issuing)
    assert responder.public_key() == account.keys.public_key("alias/ocsp")
    account.kms.keys.create("alias/ocsp")
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    again = x509.load_der_x509_certificate(account.bucket.read("responder.cer"))
    assert again.public_key() == account.keys.public_key("alias/ocsp") != responder.public_key()


def test_two_revocations_at_once_are_both_kept() -> None:
    """A revocation that comes between another's reading and writing is not lost."""
    account = Account()
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    store = BucketRevocations(account.bucket)
    account.s3.meanwhile = lambda: store.add(2, Revocation(LAUNCH, 1))
    store.add(1, Revocation(LAUNCH, 4))
    assert store.all() == {1: Revocation(LAUNCH, 4), 2: Revocation(LAUNCH, 1)}


def test_a_lost_store_is_no_empty_one() -> None:
    """Before the ceremony, or when the file was erased, nothing is said to be good."""
    account = Account()
    store = BucketRevocations(account.bucket)
    with pytest.raises(FileNotFoundError):
        store.all()
    with pytest.raises(FileNotFoundError):
        store.add(1, Revocation(LAUNCH))
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    store.add(1, Revocation(LAUNCH))
    hold(account.keys, account.bucket, PLAN, LAUNCH)
    assert set(store.all()) == {1}
