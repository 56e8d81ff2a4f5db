"""`make demo`: one signature request, from upload to signed original, as a stranger would do it.

The platform is the real template on an embedded AWS; all that happens goes through the HTTP API,
the pages behind e-mailed links, and the inbox.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import emulator, stack
from infra.local.deploy import DeployError
from infra.local.journey import JourneyError, Person, http, sample_pdf, wait_for
from infra.local.judge import judge
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.journey import Software

OUT = emulator.REPOSITORY / "out"
SIGNED = OUT / "lettre-de-mission-signed.pdf"
EVIDENCE = OUT / "evidence.json"
ROOTS = OUT / "roots.pem"
ROOT_FILES = (("root.pem", Purpose.SIGNATURES), ("tsa-roots.pem", Purpose.TIME_STAMPS))
HOW_TO_LOOK = """
Everybody has signed. In out/:
  lettre-de-mission-signed.pdf   open it in any PDF reader: two signatures and the firm's seal
  evidence.pdf, evidence.json    who did what, when, and how it was proved (the PDF holds the JSON)
  roots.pem                      the laptop's own authorities, and what each is to be trusted for

Check it offline, as anybody could:
  .venv/bin/paraphe verify out/lettre-de-mission-signed.pdf out/evidence.json \\
      --trust out/roots.pem
  pdfsig -nocert out/lettre-de-mission-signed.pdf

Next: make run"""
LETTER = (
    "Lettre de mission",
    "",
    "Le cabinet Martin établit les comptes annuels de la société Laurent",
    "pour l'exercice 2027, selon les normes de la profession.",
)
SIGNERS = (
    ("Marie Laurent", "marie.laurent@client.example", "+33612345678"),
    ("Karim Benali", "karim.benali@client.example", "+33756789012"),
)
# How their visible marks look: the first draws, the second types.
LOOKS = (
    {
        "mark": "drawn",
        "strokes": "60,220 90,90 120,60 140,120 135,210 170,110 205,70 220,140 215,215 250,190"
        " 280,150 300,165 290,205 310,215 345,165 370,150 365,200 395,205 430,160 470,150 540,175"
        ";330,110 334,112",
    },
    {"mark": "typed", "typed": "K. Benali"},
)

# On the last page, beside each other; in points from the top left.
PLACE = {"y": 620, "width": 220, "height": 70}


class Story:
    """Prints what happens, with the seconds since the start."""

    def __init__(self) -> None:
        """Start to count."""
        self._start = time.monotonic()

    def tell(self, sentence: str) -> None:
        """Print one line."""
        print(f"{time.monotonic() - self._start:5.1f} s  {sentence}", flush=True)


def main() -> int:
    """Run the demo; 0 when every signer's signature is valid."""
    story = Story()
    folder = Path(tempfile.mkdtemp(prefix="paraphe-demo-"))
    try:
        with stack.running(folder) as platform:
            story.tell(f"The real template is deployed to an embedded AWS: {platform.url}")
            software = stack.open_firm(platform, "Cabinet Martin", seal_at_end=True)
            story.tell("A firm has its seal and its API client (OAuth 2 client credentials)")
            _travel(platform, software, story)
    except (emulator.EmulatorError, DeployError, JourneyError) as error:
        print(f"\nThe demo failed: {error}\nLogs: {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return _verdict(story)


def _travel(platform: stack.LocalStack, software: Software, story: Story) -> None:
    """Take one PDF all its way; what comes of it is saved in `out/`."""
    request = software.create("Lettre de mission 2027")
    document = software.upload(request, sample_pdf(LETTER, pages=2), "lettre-de-mission.pdf")
    pages = software.document(request, document).get("pages")
    story.tell(f"A PDF of {pages} pages is uploaded and inspected")
    for order, (name, email, phone) in enumerate(SIGNERS, start=1):
        box = {"document_id": document, "page": 2, **PLACE, "x": 60 + (order - 1) * 250}
        software.invite(request, name, email, phone=phone, order=order, placements=[box])
    deadline = software.launch(request)["deadline"]
    story.tell(f"The request is launched; its deadline is {deadline}")
    for (name, email, phone), look in zip(SIGNERS, LOOKS, strict=True):
        _sign(Person(platform.inbox, email, phone), name, look, story)
    software.wait_state(request, "completed")
    story.tell("The request is completed")
    for name, email, phone in SIGNERS:
        mail = Person(platform.inbox, email, phone).wait_mail(2)
        files = ", ".join(file.name for file in mail.attachments) or "a link"
        story.tell(f"{name} has the signed original by e-mail: {files}")
    OUT.mkdir(exist_ok=True)
    SIGNED.write_bytes(software.download(request, document))
    for file, kind in ((EVIDENCE, "json"), (EVIDENCE.with_suffix(".pdf"), "pdf")):
        file.write_bytes(_evidence(software, request, kind))
    roots = (
        label(http("GET", f"{platform.url}/pki/{name}").body, purpose)
        for name, purpose in ROOT_FILES
    )
    ROOTS.write_bytes(b"\n".join(roots))
    story.tell("The evidence file is there: every step, sealed and time-stamped")


def _evidence(software: Software, request: str, kind: str) -> bytes:
    """The evidence file, once it is made."""
    path = f"/signature_requests/{request}/evidence?format={kind}"

    def made() -> bytes | None:
        answer = software.call("GET", path)
        return http("GET", answer.json["url"]).body if answer.status == 200 else None

    return wait_for("the evidence file", made)


def _sign(person: Person, name: str, look: Mapping[str, str], story: Story) -> None:
    """One signer: mail, page, consent, code."""
    link = person.link(person.wait_mail())
    page = http("GET", link)
    if page.status != 200:
        raise JourneyError(f"{name}'s page answered {page.status}")
    story.tell(f"{name} is invited by e-mail and opens the link")
    answer = person.sign(link, look)
    if answer.status != 303:  # back to the page, which says that it is signed
        raise JourneyError(f"{name}'s code was refused: {answer.status}")
    story.tell(f"{name} consents, gets a code by SMS and signs ({look['mark']})")


def _verdict(story: Story) -> int:
    """Have independent judges look at the file, and say how to go on."""
    judged_by, verdicts = judge(SIGNED)
    for verdict in verdicts:
        story.tell(f"{judged_by}: {verdict.signer}: {verdict.words}")
    names = {verdict.signer for verdict in verdicts if verdict.valid}
    if not all(any(name in signer for signer in names) for name, _, _ in SIGNERS):
        print("\nNot every signature is valid.", file=sys.stderr)
        return 1
    command = [
        *("-m", "paraphe", "verify", str(SIGNED), str(EVIDENCE)),
        *("--trust", str(ROOTS), "--lang", "en"),
    ]
    verified = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False
    )
    story.tell(f"paraphe verify, with the evidence: {verified.stdout.splitlines()[0]}")
    print(HOW_TO_LOOK)
    return verified.returncode


if __name__ == "__main__":
    sys.exit(main())
