"""Headers, languages, addresses, and what happens when something of ours fails."""

import re

import pytest

from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from tests.support.fakes import FakeRequests
from tests.support.web_harness import Site
from tests.support.world import World
from tests.unit.web.conftest import Signer


def test_every_page_has_its_headers(signer: Signer, site: Site) -> None:
    """No referrer, no cache, no frame, no index, and a policy without exceptions."""
    pages = ["/", "/about", "/s/unknown", signer.link, f"{signer.link}/decline"]
    for address in pages:
        headers = site.get(address).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "noindex" in headers["x-robots-tag"]
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_no_page_has_inline_scripts_styles_or_foreign_addresses(signer: Signer, site: Site) -> None:
    """What the policy forbids is not there; all addresses are relative."""
    signer.consent()
    for address in ("/", "/about", "/s/unknown", signer.link, f"{signer.link}/decline"):
        body = site.get(address).body
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", body)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", body))
        assert not re.search(r'(href|action)="(https?:|//|/)', body)


@pytest.mark.parametrize("stage", ["", "/prod"])
def test_static_files_are_found_from_every_page(signer: Signer, site: Site, stage: str) -> None:
    """Relative addresses lead to the root from any depth; names hold a hash."""
    for address in ("/", "/about", signer.link, f"{signer.link}/decline"):
        body = site.get(address, stage=stage).body
        for path in re.findall(r'(?:href|src)="([./]*static/[^"]+)"', body):
            assert path.count("../") == address.count("/") - 1
            name = path.rsplit("/", 1)[1]
            file = site.get(f"/static/{name}")
            assert file.status == 200
            assert "immutable" in file.headers["cache-control"]
    assert site.get("/static/app-000000000000.css").status == 404
    assert site.get("/static/..%2fviews.py").status == 404


def test_the_language_is_the_recipients_and_can_be_switched(signer: Signer, site: Site) -> None:
    """The switch wins, and stays through forms (P25)."""
    french = signer.look()
    assert french.headers["content-language"] == "fr"
    assert '<html lang="fr">' in french.body
    english = signer.look("?lang=en")
    assert english.headers["content-language"] == "en"
    assert "I have read this document and I want to sign it." in english.body
    assert '/consent?lang=en"' in english.body
    answer = site.post(
        f"{signer.link}/consent?lang=en", {"agreed": "yes", "phone_digits": signer.digits}
    )
    assert answer.headers["location"].endswith("?lang=en")
    assert signer.look("?lang=xx%0d%0a").headers["content-language"] == "fr"


def test_plain_pages(site: Site) -> None:
    """They need no link."""
    assert site.get("/healthz").body == "ok\n"
    assert site.get("/").status == 200
    about = site.get("/about")
    assert "pas des signatures qualifiées" in about.body


class _Failing(FakeRequests):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Fail once it is asked to."""
        if self.error is not None:
            raise self.error
        return super().load(ref)


@pytest.mark.parametrize(
    ("error", "status"), [(TransientError("slow"), 503), (ValueError("Signataire 0"), 500)]
)
def test_a_fault_of_ours_is_a_page_and_a_line_in_the_log(error: Exception, status: int) -> None:
    """The reader is told nothing of it but that nothing is lost."""
    requests = _Failing(error)
    requests.error = None
    world = World(requests=requests)
    ref = world.launched()
    site = Site(world)
    link = site.link(ref, world.signer_ids(ref)[0])
    requests.error = error
    page = site.get(link)
    assert page.status == status
    assert "Rien n’est perdu" in page.body
    assert "Signataire" not in page.body
    assert site.observer.faults == [error]
