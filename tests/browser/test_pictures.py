"""The pictures of the README: a phone that signs, and the evidence. `make pictures` keeps them.

They are drawn at every run and looked at by their content, so that they can always be made anew;
they are written into docs/pictures only when PARAPHE_PICTURES is set.
"""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

from infra.tree import ROOT
from paraphe import VERSION
from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from paraphe.adapters.trust.authority.profiles import POLICY_VERSION
from paraphe.adapters.trust.document_signer import PadesDocumentSigner
from paraphe.domain.evidence.account import About
from tests.support.trust import TrustWorld, make_pdf
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from paraphe.ports.requests import RequestRef
    from tests.support.web_harness import Site

KEPT = ROOT / "docs" / "pictures"
MOST = 80_000  # bytes of a picture
PHONE = {"width": 360, "height": 700}
BETWEEN = 24
NAMES = ("Jeanne Moreau", "Karim Benali")
LETTER = """
<body style="margin:56px 64px;font:15px/1.5 serif;color:#222"><p><b>Cabinet Exemple</b><br>
Expertise comptable</p><h1 style="font-size:23px">Lettre de mission</h1><p>Madame,</p>
<p>Vous nous confiez la présentation de vos comptes annuels, vos déclarations fiscales et le suivi
social de votre entreprise pour l’exercice 2027. La présente lettre précise nos obligations
réciproques.</p><h2 style="font-size:17px">1. Votre entreprise</h2><p>Vous tenez à notre
disposition les pièces nécessaires, au plus tard le 15 de chaque mois.</p>
<h2 style="font-size:17px">2. Notre mission</h2><p>Nous contrôlons la cohérence et la vraisemblance
de vos comptes et établissons le bilan, le compte de résultat et l’annexe.</p>
<h2 style="font-size:17px">3. Honoraires</h2><p>Nos honoraires sont fixés à 2&nbsp;400&nbsp;€ hors
taxes par an.</p></body>"""


def prepared(world: World, content: bytes = b"") -> tuple[RequestRef, str]:
    """Launch a letter that two people sign in turn; the first one's id."""
    ref = world.draft(people=(), files=0)
    world.add_document(ref, "Lettre de mission.pdf", content=content)
    for number in range(len(NAMES)):
        world.add_recipient(ref, order=number + 1, number=number)
    draft = world.load(ref)
    named = zip(draft.recipients, NAMES, strict=True)
    world.requests.stored[ref] = replace(
        draft, recipients=tuple(replace(recipient, name=name) for recipient, name in named)
    )
    world.launch(ref)
    world.run_actor(ref)
    return ref, world.signer_ids(ref)[0]


def small(picture: Image.Image) -> bytes:
    """Return a picture as PNG of few colours."""
    out = io.BytesIO()
    picture.convert("RGB").quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture if that is wanted; it is small, and not empty, in any case."""
    data = small(picture)
    assert len(data) <= MOST, f"{name}: {len(data)} bytes"
    colours = picture.convert("L").getcolors(256)
    assert colours is not None
    assert max(count for count, _ in colours) < 0.95 * picture.width * picture.height
    if os.environ.get("PARAPHE_PICTURES"):
        KEPT.mkdir(exist_ok=True)
        (KEPT / name).write_bytes(data)


def test_a_phone_that_signs(
    world: World, pages: tuple[Site, str], visit: Callable[..., Page]
) -> None:
    """P9 on three screens: the document to read, the code, the signature that was accepted."""
    site, address = pages
    writer = visit({"width": 595, "height": 842}, device_scale_factor=2)
    writer.set_content(LETTER)
    letter = writer.screenshot()
    page = visit(PHONE, color_scheme="light")

    def show(route: Route) -> None:
        route.fulfill(body=letter, content_type="image/png")

    page.route("**/pages/**", show)
    ref, signer = prepared(world)
    page.goto(address + site.link(ref, signer))
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 600)")
    shots = [page.screenshot()]
    page.check("#agreed")
    page.fill("#phone_digits", "0000")
    page.click("text=Recevoir le code par SMS")
    page.wait_for_selector("text=Votre code est en route")
    world.run_actor(ref)
    page.wait_for_selector("#code")
    page.fill("#code", world.code(ref, signer))
    shots.append(page.screenshot())
    page.click("form >> nth=0 >> button[type=submit] >> nth=0")
    page.wait_for_selector("text=Votre signature est en cours")
    world.run_actor(ref)
    page.wait_for_selector("text=Vous avez signé")
    page.evaluate("scrollTo(0, 0)")
    shots.append(page.screenshot())
    opened = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(shot.width for shot in opened) + BETWEEN * (len(opened) + 1)
    whole = Image.new("RGB", (width, PHONE["height"] + 2 * BETWEEN), "#d9dee7")
    for number, shot in enumerate(opened):
        whole.paste(shot, (BETWEEN + number * (PHONE["width"] + BETWEEN), BETWEEN))
    keep("signing.png", whole)


def test_the_evidence() -> None:
    """P19: the first page of the account that people read, of signatures made for real."""
    services = TrustWorld()
    world = World(now=services.now)
    trust = services.trust()
    world.signer = PadesDocumentSigner(services.authority, trust)  # type: ignore[assignment]
    world.evidence_maker = SealingEvidenceMaker(  # type: ignore[assignment]
        services.authority,
        trust,
        services.seal_certificate,
        "seal",
        About({"name": "paraphe", "version": VERSION}, POLICY_VERSION),
    )
    ref, _ = prepared(world, make_pdf())
    with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this thread, the judge has one
        apart.submit(world.sign_all, ref).result()
    (made,) = (file for key, file in world.evidence_files.objects.items() if "evidence.pdf" in key)
    with pypdfium2.PdfDocument(made) as pdf:
        text = pdf[0].get_textpage().get_text_range()
        picture = pdf[0].render(scale=1.2).to_pil()
    assert "Jeanne Moreau" in text
    keep("evidence.png", picture.crop((0, 0, picture.width, int(picture.height * 0.685))))
