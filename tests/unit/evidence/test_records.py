"""pyHanko's generated types are imported as plain records, and reports come out the same."""

from __future__ import annotations

import json
import subprocess
import sys

_MAKES = """
import json, sys
if sys.argv[1] == "plain":
    from paraphe.adapters.trust.pades.validation import records
from pyhanko.generated.etsi import ts_11910202 as types
from pyhanko.generated.w3c import xmldsig_core as ds
from xsdata.formats.dataclass.serializers import XmlSerializer

digest = ds.DigestMethod("http://www.w3.org/2001/04/xmlenc#sha256")
made = types.SACertIDType(digest_method=digest, digest_value=ds.DigestValue(b"made up"))
report = types.SACertIDListType(signed=True, cert_id=(made,))
from dataclasses import dataclass

@dataclass
class Other:
    a: int

print(json.dumps({
    "xml": XmlSerializer().render(report),
    "plain": "__eq__" not in vars(types.SACertIDListType),
    "others": Other(1) == Other(1),
}))
"""


def _made(how: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _MAKES, how], capture_output=True, check=True, text=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_same_is_written_and_nobody_elses_types_are_plain() -> None:
    plain, usual = _made("plain"), _made("usual")
    assert plain["plain"]
    assert not usual["plain"]
    assert plain["xml"] == usual["xml"]
    assert "bWFkZSB1cA==" in str(plain["xml"])
    assert plain["others"]
