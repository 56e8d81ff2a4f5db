"""The account by itself, years later: CAdES-B-LTA, made, renewed, attacked (P19, ADR 21)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local import tsa_authority
from paraphe.adapters.evidence.verification import evidence_digests
from paraphe.adapters.trust.pades.cms import cades
from paraphe.adapters.trust.pades.cms.encoded import der_of
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceError,
    TrustServiceUnavailableError,
)
from paraphe.domain.evidence import account as evidence_account
from paraphe.domain.trust.verdict import State
from paraphe.usecases.evidence.read_evidence import kept_events
from tests.support.trust import CRL_URL, TrustWorld
from tests.support.world import World
from tests.unit.evidence.long_term import (
    DAY,
    HOUR,
    LIFE,
    YEAR,
    archivist,
    judge,
    seal_of,
    sealed,
    with_seal,
)

if TYPE_CHECKING:
    from datetime import timedelta

SOURCES = Path(__file__).resolve().parents[3] / "layers" / "core" / "src"


def test_it_is_valid_by_itself_for_ten_years(services: TrustWorld, made: bytes) -> None:
    """The root's list ends after 400 days, the seal's certificate after three years."""
    for later in (HOUR, 390 * DAY, 400 * DAY, 4 * YEAR, 5 * YEAR, 10 * YEAR, 14 * YEAR):
        said = judge(services, made, later)
        assert (said.state, said.problems) == (State.VALID, ()), later
        assert said.archived_at is not None
        assert said.sealed_at is not None
        assert said.archived_at >= said.sealed_at
    assert judge(services, made, 16 * YEAR).state is State.INDETERMINATE


def test_without_its_archive_time_stamp_it_would_end_with_the_lists(
    services: TrustWorld, made: bytes
) -> None:
    """What this is for: the same seal, its proof beside it, and nothing over both."""
    seal = seal_of(made)
    bare = seal.covered(seal.archives[0]).encoded()
    assert judge(services, with_seal(made, bare), 360 * DAY).state is State.VALID
    said = judge(services, with_seal(made, bare), 400 * DAY)
    assert (said.state, said.archived_at) == (State.INDETERMINATE, None)


@pytest.mark.parametrize("later", [HOUR, 400 * DAY, 5 * YEAR, 10 * YEAR])
def test_the_command_says_so_with_the_clock_moved(later: timedelta, tmp_path: Path) -> None:
    """`paraphe verify evidence.json` in a process whose clock is ahead."""
    faketime = shutil.which("faketime")
    assert faketime is not None, "faketime is missing: apt-get install faketime"
    services = TrustWorld()
    (tmp_path / "evidence.json").write_bytes(sealed(services))
    (tmp_path / "roots.pem").write_bytes(services.roots_pem())
    at = services.now + later
    command = [
        sys.executable,
        "-m",
        "paraphe",
        "verify",
        "evidence.json",
        "--trust",
        "roots.pem",
    ]
    done = subprocess.run(
        [faketime, f"{at:%Y-%m-%d %H:%M:%S}", *command, "--lang", "en"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCES), "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "The evidence file is whole, as it was sealed" in done.stdout


def test_openssl_verifies_the_seal(services: TrustWorld, made: bytes, tmp_path: Path) -> None:
    """A detached CMS like any other, with proof inside."""
    files = {
        "seal.der": base64.b64decode(json.loads(made)["seal"]["cms"]),
        "account": evidence_account.canonical(json.loads(made)["evidence"]),
        "roots.pem": services.roots_pem(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "seal.der"]
    command += ["-content", "account", "-CAfile", "roots.pem", "-purpose", "any", "-out", "out"]
    at = str(int((services.now + HOUR).timestamp()))
    done = subprocess.run(
        [*command, "-attime", at], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == files["account"]


def test_a_renewed_file_outlives_its_first_service(short: TrustWorld, tmp_path: Path) -> None:
    """Twice: nothing but the text of the seal changes, and each proof takes over from the last."""
    start, data = short.now, sealed(short)
    file = tmp_path / "evidence.json"
    file.write_bytes(data)
    keeper = archivist(short)
    assert keeper.reached(file) == keeper.reach() == (start + LIFE).replace(microsecond=0)
    assert judge(short, data, LIFE - DAY).state is State.VALID
    assert judge(short, data, LIFE + 100 * DAY).state is State.INDETERMINATE
    for life in (3 * YEAR, 15 * YEAR):
        short.now += life / 2 if life > 4 * YEAR else LIFE / 2
        short.tsa = tsa_authority.certified(short.tsa, CRL_URL, short.now, life)
        keeper = archivist(short)
        keeper.renew(file, short.now)
        assert keeper.reached(file) == keeper.reach()
    after = file.read_bytes()
    cms_text = json.loads(data)["seal"]["cms"]
    assert after == data.replace(cms_text.encode(), json.loads(after)["seal"]["cms"].encode())
    assert len(seal_of(after).archives) == 3


def test_renewed_in_time_it_stands_after_ten_years(short: TrustWorld, tmp_path: Path) -> None:
    """Services of 300 days, three years and 15 years, one after the other."""
    start = short.now
    file = tmp_path / "evidence.json"
    file.write_bytes(sealed(short))
    for days, life in ((200, 3 * YEAR), (1200, 15 * YEAR)):
        short.now = start + days * DAY
        short.tsa = tsa_authority.certified(short.tsa, CRL_URL, short.now, life)
        archivist(short).renew(file, short.now)
    short.now = start
    for later in (LIFE + DAY, 5 * YEAR, 10 * YEAR):
        if later < 1200 * DAY:
            continue
        said = judge(short, file.read_bytes(), later)
        assert (said.state, said.problems) == (State.VALID, ()), later
    assert judge(short, file.read_bytes(), 10 * YEAR).sealed_at == start


def test_a_late_time_stamp_does_not_bring_the_proof_back(short: TrustWorld, tmp_path: Path) -> None:
    """Stamped after the first certificate's end and the lists' end: nothing says it is as old."""
    file = tmp_path / "evidence.json"
    file.write_bytes(sealed(short))
    short.now += 410 * DAY
    short.tsa = tsa_authority.certified(short.tsa, CRL_URL, short.now, 10 * YEAR)
    archivist(short).renew(file, short.now)
    assert judge(short, file.read_bytes(), DAY).state is State.INDETERMINATE


def test_an_outage_leaves_the_file_alone(short: TrustWorld, tmp_path: Path) -> None:
    """It is tried again the next day."""
    file = tmp_path / "evidence.json"
    data = sealed(short)
    file.write_bytes(data)

    def down(url: str, body: bytes | None, headers: object) -> bytes:
        raise TrustServiceUnavailableError(f"{url} {body!r} {headers!r}"[:20])

    short.exchange = down  # type: ignore[method-assign] # the outage
    with pytest.raises(TrustServiceUnavailableError):
        archivist(short).renew(file, short.now)
    assert file.read_bytes() == data


def test_a_changed_account_is_not_renewed(short: TrustWorld, tmp_path: Path) -> None:
    """It is told, instead of being stamped again as if it were whole."""
    file = tmp_path / "evidence.json"
    file.write_bytes(sealed(short).replace(b'"state": "completed"', b'"state": "declined"', 1))
    with pytest.raises(TrustServiceError):
        archivist(short).reached(file)
    with pytest.raises(TrustServiceError):
        archivist(short).renew(file, short.now)


def test_what_was_made_before_is_taken_in(services: TrustWorld, tmp_path: Path) -> None:
    """Of the old form, its proof beside the CMS: valid as before, and long-term once renewed."""
    data = sealed(services)
    seal = seal_of(data)
    bare = seal.covered(seal.archives[0])
    whole = json.loads(data)
    signer = [c for c in bare.certificates if _is_seals(services, c)]
    alone = cades.Cades(bare.head, bare.content_type, tuple(signer), (), bare.signer, bare.unsigned)
    whole["seal"] = {
        "cms": base64.b64encode(alone.encoded()).decode(),
        "certificates": [base64.b64encode(c).decode() for c in bare.certificates],
        "ocsps": [base64.b64encode(c).decode() for c in bare.ocsps],
        "crls": [base64.b64encode(c).decode() for c in bare.crls],
    }
    old = json.dumps(whole, sort_keys=True, indent=1, ensure_ascii=False).encode()
    assert judge(services, old, 360 * DAY).state is State.VALID
    assert judge(services, old, 400 * DAY).state is State.INDETERMINATE
    file = tmp_path / "evidence.json"
    file.write_bytes(old)
    keeper = archivist(services)
    assert keeper.reached(file) is None
    keeper.renew(file, services.now)
    assert set(json.loads(file.read_bytes())["seal"]) == {"cms"}
    assert judge(services, file.read_bytes(), 10 * YEAR).state is State.VALID


def _is_seals(services: TrustWorld, encoded: bytes) -> bool:
    return encoded == der_of(services.seal_certificate)


def test_the_first_form_is_found_in_a_renewed_file(short: TrustWorld, tmp_path: Path) -> None:
    """The day's chain heads name the file's digest: a renewal does not contradict them."""
    data = sealed(short)
    file = tmp_path / "evidence.json"
    file.write_bytes(data)
    for _ in range(2):
        short.now += 100 * DAY
        short.tsa = tsa_authority.certified(short.tsa, CRL_URL, short.now, YEAR)
        archivist(short).renew(file, short.now)
    renewed = file.read_bytes()
    assert renewed != data
    assert evidence_digests.first_digests(data) < evidence_digests.first_digests(renewed)
    assert len(evidence_digests.first_digests(renewed)) == 2
    for other in (b"", b"{}", b'{"seal": {"cms": "AA=="}}', renewed[:-1]):
        assert evidence_digests.first_digests(other) != evidence_digests.first_digests(data)


def test_events_are_read_off_a_renewed_file(short: TrustWorld, tmp_path: Path) -> None:
    """What was taken out of the table is found in the file whose first form is the one named."""
    data = sealed(short)
    file = tmp_path / "evidence.json"
    file.write_bytes(data)
    archivist(short).renew(file, short.now)
    renewed = file.read_bytes()
    world = World()
    ref = world.launched()
    world.sign_all(ref)
    key = world.load(ref).evidence_key
    assert key is not None
    digest = hashlib.sha256(data).hexdigest()
    world.requests.stored[ref] = replace(world.load(ref), evidence_sha256=digest)
    world.evidence_files.objects[key] = renewed
    found = kept_events(world.requests, world.evidence_files, ref, evidence_digests.first_digests)
    assert [e.seq for e in found] == [e["seq"] for e in json.loads(data)["evidence"]["events"]]
    world.evidence_files.objects[key] = renewed.replace(b'"completed"', b'"declined"', 1)
    assert (
        kept_events(world.requests, world.evidence_files, ref, evidence_digests.first_digests) == ()
    )
