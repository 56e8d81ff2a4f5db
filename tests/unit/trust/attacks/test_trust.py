"""Nobody is taken for a signer who was not trusted for signing (P20)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ObjectIdentifier

from infra.local.journey import sample_pdf
from paraphe.adapters.trust.pades.cms.keys import RemoteKey
from paraphe.adapters.trust.pades.writer import archive
from paraphe.adapters.trust.verification.check import check
from paraphe.contracts.trust.verdict_words.problems import PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import render
from paraphe.contracts.trust.verdict_words.text import LANGUAGES
from paraphe.domain.trust.verdict import ExitCode, Kind, Problem, State
from tests.support import forged_cms, forging, signed
from tests.support.forging import AUTHORITY, Party, Wish, certify
from tests.unit.trust.attacks.conftest import NOW, Workshop, mail

if TYPE_CHECKING:
    from paraphe.domain.trust.evidence_verdict import Verdict
    from paraphe.domain.trust.verdict import SignatureVerdict


def of(verdict: Verdict) -> SignatureVerdict:
    """What is said of the one signature."""
    (one,) = [one for one in verdict.signatures if one.kind is not Kind.TIMESTAMP]
    return one


def assert_said(verdict: Verdict, state: State, problem: Problem) -> None:
    """This state, for this reason, in both languages."""
    assert (verdict.state, of(verdict).state) == (state, state), of(verdict)
    assert problem in of(verdict).problems, of(verdict)
    for lang in LANGUAGES:
        assert PROBLEMS[problem].say(lang) in render(verdict, lang)


def test_the_workshop_makes_sound_signatures(shop: Workshop) -> None:
    """With nothing wrong there is nothing to see."""
    verdict = shop.judge(shop.sign(shop.issue()))
    assert verdict.state is State.VALID, of(verdict)


def test_nobody_signed(shop: Workshop) -> None:
    """A document time-stamp dates a file: it is nobody's signature, however often it is renewed."""
    file = io.BytesIO(shop.pdf)
    archive.renew(file, shop.house.trust, signed.BEGIN)
    for data in (shop.pdf, file.getvalue()):
        verdict = shop.judge(data)
        assert (verdict.state, verdict.exit_code) == (State.UNSIGNED, ExitCode.UNSIGNED)
        assert {one.state for one in verdict.signatures} == {State.VALID}
        assert "Personne n’a signé ce PDF" in render(verdict, "fr")
        assert "Nobody signed this PDF" in render(verdict, "en")


def test_nobody_signed_and_the_time_stamp_is_broken(shop: Workshop) -> None:
    """Not signed all the same; what the time-stamp is worth is said of it."""
    broken = shop.pdf.replace(b"Lettre de mission", b"Lettre de cession")
    verdict = shop.judge(broken)
    assert verdict.state is State.UNSIGNED
    assert [one.state for one in verdict.signatures] == [State.INVALID]


def test_a_time_stamp_in_a_field_of_a_person(shop: Workshop) -> None:
    """A token that calls itself a person's signature by /Type is a time-stamp still."""
    material = shop.material()
    data = forging.embed(
        shop.pdf,
        lambda digest: shop.house.trust.timestamps.stamp(digest).der,
        material=material,
        sub_filter="ETSI.RFC3161",
    )
    verdict = shop.judge(data)
    assert verdict.state is State.UNSIGNED
    assert {one.kind for one in verdict.signatures} == {Kind.TIMESTAMP}


@pytest.mark.parametrize("unsorted", [False, True])
def test_a_mail_certificate_under_the_time_stamps_root(shop: Workshop, *, unsorted: bool) -> None:
    """Who is trusted for time is not trusted for names; an unsorted bundle changes nothing."""
    data = shop.sign(certify(mail(), signed.BEGIN, forging.stamping_root(shop.house)))
    trust = shop.trust
    if unsorted:
        trust = b"".join(forging.pem(Party(root, shop.root.key)) for root in shop.house.roots)
    verdict = shop.judge(data, trust)
    assert_said(verdict, State.UNKNOWN_TRUST, Problem.ONLY_TIMESTAMPS)
    assert verdict.exit_code is ExitCode.UNCERTAIN


@pytest.mark.parametrize("named", ["root", "stamps"])
def test_a_server_certificate(shop: Workshop, named: str) -> None:
    """It never signs, whoever issued it."""
    by = shop.root if named == "root" else forging.stamping_root(shop.house)
    wish = Wish("www.example.org", ("digital_signature",), (forging.SERVER,))
    verdict = shop.judge(shop.sign(certify(wish, signed.BEGIN, by)))
    assert_said(verdict, State.INVALID, Problem.WRONG_PURPOSE)


UNFIT = {
    "server and client": Wish(purposes=(forging.SERVER, forging.CLIENT)),
    "client": Wish(usages=("digital_signature",), purposes=(forging.CLIENT,)),
    "time-stamps": Wish(purposes=(forging.STAMPS,)),
    "ocsp": Wish(purposes=(forging.OCSP,)),
    "encryption only": Wish(usages=("key_encipherment",), purposes=(forging.MAIL,)),
    "smart card": Wish(purposes=("1.3.6.1.4.1.311.20.2.2", forging.CLIENT)),
}


@pytest.mark.parametrize("wish", UNFIT.values(), ids=UNFIT)
def test_certificates_for_something_else(shop: Workshop, wish: Wish) -> None:
    """Under a root that is trusted for signatures, too."""
    assert_said(shop.judge(shop.sign(shop.issue(wish))), State.INVALID, Problem.WRONG_PURPOSE)


UNCLEAR = {
    "client who commits": Wish(purposes=(forging.CLIENT,)),
    "code": Wish(purposes=(forging.CODE,)),
    "its maker's own": Wish(purposes=("1.3.6.1.4.1.99999.1", forging.SERVER)),
}


@pytest.mark.parametrize("wish", UNCLEAR.values(), ids=UNCLEAR)
def test_certificates_that_do_not_say(shop: Workshop, wish: Wish) -> None:
    """Neither a yes nor a no."""
    verdict = shop.judge(shop.sign(shop.issue(wish)))
    assert_said(verdict, State.INDETERMINATE, Problem.UNCLEAR_PURPOSE)


FIT = {
    "e-mail": mail(),
    "e-mail and client": Wish(purposes=(forging.MAIL, forging.CLIENT)),
    "none": Wish(purposes=None),
    "any": Wish(purposes=(forging.ANY,)),
    "adobe": Wish(purposes=(forging.ADOBE,)),
    "microsoft": Wish(purposes=(forging.MICROSOFT,)),
    "digital signature": Wish(usages=("digital_signature",), purposes=None),
}


@pytest.mark.parametrize("wish", FIT.values(), ids=FIT)
def test_what_other_vendors_certificates_carry(shop: Workshop, wish: Wish) -> None:
    """Real signers' certificates stay valid."""
    verdict = shop.judge(shop.sign(shop.issue(wish)))
    assert verdict.state is State.VALID, of(verdict)


def test_our_own_ocsp_responder_does_not_sign(shop: Workshop) -> None:
    """Its key is in a door that anybody may ask: its certificate is good for answers only."""
    shop.house.keys.create("ocsp")
    authority = shop.house.authority
    certificate = authority.certify_responder("ocsp", signed.BEGIN)
    responder = Party(certificate, RemoteKey(shop.house.keys, "ocsp"), authority.chain.certificates)
    material = shop.material()
    lists = (*material.crls, *authority.chain.crls)
    material = replace(material, crls=lists)
    verdict = shop.judge(shop.sign(responder, material=material))
    assert_said(verdict, State.INVALID, Problem.WRONG_PURPOSE)


def test_an_authority_for_servers_issues_a_persons_certificate(shop: Workshop) -> None:
    """What an authority may not do, nobody below it may."""
    limited = shop.issue(replace(AUTHORITY, name="Servers", purposes=(forging.SERVER,)))
    verdict = shop.judge(shop.sign(shop.issue(mail(), limited), limited))
    assert_said(verdict, State.INVALID, Problem.WRONG_PURPOSE)


def test_a_time_stamp_under_the_signers_root(shop: Workshop) -> None:
    """Whoever issues certificates must not also set the clock, unless the reader says so."""
    stamper = shop.issue(Wish("Own clock", ("digital_signature",), (forging.STAMPS,)))
    data = shop.sign(
        shop.issue(),
        change=lambda one: replace(
            one, stamps=[lambda data: forged_cms.token_by(stamper, data, signed.BEGIN)]
        ),
    )
    assert_said(shop.judge(data), State.UNKNOWN_TRUST, Problem.ONLY_SIGNATURES)
    both = forging.trusting(shop.house, shop.root, stamps=[shop.root])
    assert shop.judge(data, both).state is State.VALID


STAMPERS = {
    "a person": mail(),
    "a server as well": Wish("Clock", ("digital_signature",), (forging.STAMPS, forging.SERVER)),
    "anything": Wish("Clock", ("digital_signature",), (forging.ANY,)),
    "no purpose": Wish("Clock", ("digital_signature",), None),
    "encryption": Wish("Clock", ("key_encipherment",), (forging.STAMPS,)),
}


@pytest.mark.parametrize("wish", STAMPERS.values(), ids=STAMPERS)
def test_time_stamps_by_a_certificate_for_something_else(shop: Workshop, wish: Wish) -> None:
    """RFC 3161 §2.3: for time-stamps, and for nothing else. Then no time is proven."""
    stamper = certify(wish, signed.BEGIN, forging.stamping_root(shop.house))
    data = shop.sign(
        shop.issue(),
        change=lambda one: replace(
            one, stamps=[lambda data: forged_cms.token_by(stamper, data, signed.BEGIN)]
        ),
    )
    verdict = shop.judge(data)
    assert_said(verdict, State.INDETERMINATE, Problem.NO_PROOF)
    assert of(verdict).stamped_at is None


def test_an_unsorted_bundle_and_nothing_to_sort_it_by(shop: Workshop) -> None:
    """Without a time-stamp in the file, only a certificate made for documents is believed."""
    bare = sample_pdf(["x"])
    trust = forging.pem(shop.root) + forging.pem(forging.stamping_root(shop.house))
    for wish, state in ((mail(), State.UNKNOWN_TRUST), (Wish(), State.VALID)):
        for root in (shop.root, forging.stamping_root(shop.house)):
            data = forging.with_field(bare, "00-signature")
            signer = certify(wish, signed.BEGIN, root)
            made = replace(shop, pdf=data).sign(signer, stamped=False)
            verdict = shop.judge(made, trust)
            assert verdict.state is state, (of(verdict), root.certificate.subject)
            if state is State.UNKNOWN_TRUST:
                assert_said(verdict, state, Problem.PURPOSE_UNSAID)
                assert of(verdict).root is not None
                assert not of(verdict).root.known  # type: ignore[union-attr]


def test_roots_of_one_purpose_only(shop: Workshop) -> None:
    """`--trust` alone trusts no time, `--trust-tsa` alone trusts no name."""
    data = shop.sign(shop.issue())
    root, stamps = forging.pem(shop.root), forging.pem(forging.stamping_root(shop.house))
    assert check(data, None, [root], NOW, stamp_roots=[stamps]).state is State.VALID
    for signing, stamping in (([root], []), ([], [stamps]), ([stamps], [root])):
        verdict = check(data, None, signing, NOW, stamp_roots=stamping)
        assert verdict.state is State.UNKNOWN_TRUST
        assert verdict.signatures[-1].state is State.UNKNOWN_TRUST


def test_a_root_that_only_looks_like_it(shop: Workshop) -> None:
    """Same name, other key."""
    twin = forging.signing_root(signed.BEGIN)
    assert twin.certificate.subject == shop.root.certificate.subject
    own = replace(shop, root=twin)
    verdict = shop.judge(own.sign(own.issue()))
    assert verdict.state in {State.UNKNOWN_TRUST, State.INDETERMINATE}
    assert Problem.NO_TRUST in of(verdict).problems


def test_an_authority_that_only_looks_like_it(shop: Workshop) -> None:
    """The issuing authority's name and key identifier, the forger's key."""
    true = shop.issue(AUTHORITY)
    twin = Party(true.certificate, certify(AUTHORITY, signed.BEGIN).key, true.above)
    verdict = shop.judge(shop.sign(shop.issue(by=twin), true))
    assert verdict.state is State.INVALID
    assert Problem.MALFORMED in of(verdict).problems


def test_a_person_issues_certificates(shop: Workshop) -> None:
    """Who may sign may not issue (basicConstraints)."""
    person = shop.issue(Wish("Marie"))
    verdict = shop.judge(shop.sign(shop.issue(Wish("Karim"), person), person))
    assert verdict.state in {State.INVALID, State.INDETERMINATE}
    assert of(verdict).state is not State.VALID


def _constrained(shop: Workshop, extension: x509.ExtensionType) -> Party:
    return shop.issue(replace(AUTHORITY, name="Limited", more=((extension, True),)))


def test_limits_that_an_authority_set(shop: Workshop) -> None:
    """Path length, names, policies, key usage (RFC 5280 §6.1)."""
    short = shop.issue(replace(AUTHORITY, name="Short", path_length=0))
    below = shop.issue(replace(AUTHORITY, name="Below"), short)
    names = x509.NameConstraints([x509.RFC822Name("example.org")], None)
    elsewhere = x509.SubjectAlternativeName([x509.RFC822Name("marie@example.com")])
    limited = _constrained(shop, names)
    strict = _constrained(shop, x509.PolicyConstraints(0, None))
    no_signer = shop.issue(replace(AUTHORITY, name="No signer", usages=("crl_sign",)))
    cases = {
        "path length": (shop.issue(by=below), (below, short)),
        "names": (shop.issue(Wish(more=((elsewhere, False),)), limited), (limited,)),
        "policies": (shop.issue(by=strict), (strict,)),
        "key usage": (shop.issue(by=no_signer), (no_signer,)),
    }
    for case, (signer, authorities) in cases.items():
        verdict = shop.judge(shop.sign(signer, *authorities))
        assert verdict.state is State.INDETERMINATE, (case, of(verdict))
        assert of(verdict).problems, case


def test_an_extension_that_nobody_knows(shop: Workshop) -> None:
    """A critical one that is not understood forbids (RFC 5280 §4.2)."""
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    verdict = shop.judge(shop.sign(shop.issue(Wish(more=((unknown, True),)))))
    assert verdict.state is State.INDETERMINATE, of(verdict)


@pytest.mark.parametrize(
    ("days", "problem"),
    [((30, -1), Problem.EXPIRED), ((-1, 30), Problem.NOT_YET_VALID)],
    ids=["over", "not yet"],
)
def test_outside_its_life(shop: Workshop, days: tuple[float, float], problem: Problem) -> None:
    """At the time of the time-stamp; what the file itself says of its date counts for nothing."""
    verdict = shop.judge(shop.sign(shop.issue(Wish(days=days))))
    assert verdict.state in {State.INDETERMINATE, State.INVALID}
    assert problem in of(verdict).problems, of(verdict)


def test_an_authority_that_was_over(shop: Workshop) -> None:
    """The signer's certificate outlives the one above it."""
    over = shop.issue(replace(AUTHORITY, name="Over", days=(30, -1)))
    verdict = shop.judge(shop.sign(shop.issue(by=over), over))
    assert verdict.state is State.INDETERMINATE, of(verdict)


def test_a_claimed_time_proves_nothing(shop: Workshop) -> None:
    """The dictionary says a day when the certificate lived; no time-stamp says so."""
    data = shop.sign(shop.issue(Wish(days=(30, 1 / 24))), stamped=False)
    later = check(data, None, [shop.trust], NOW + timedelta(days=2))
    assert_said(later, State.INDETERMINATE, Problem.EXPIRED)
    assert of(later).claimed_at == signed.BEGIN
    assert of(later).proven_at is None


@pytest.mark.parametrize("size", [1024])
def test_a_weak_key(shop: Workshop, size: int) -> None:
    """RSA of 1024 bits."""
    key = rsa.generate_private_key(65537, size)
    verdict = shop.judge(shop.sign(shop.issue(key=key)))
    assert_said(verdict, State.INDETERMINATE, Problem.WEAK)
