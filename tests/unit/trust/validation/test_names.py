"""Names compare as asn1crypto says, whatever was remembered before."""

from __future__ import annotations

import itertools

from asn1crypto import x509

from paraphe.adapters.trust.pades.validation import names

NAMES = [
    x509.Name.build({"country_name": "FR", "common_name": "Cabinet Démo"}),
    x509.Name.build({"country_name": "FR", "common_name": "cabinet   DÉMO"}),
    x509.Name.build({"country_name": "FR", "common_name": "Cabinet Martin"}),
    x509.Name.build({"country_name": "fr", "common_name": "Cabinet Demo"}),
    x509.Name.build({"country_name": "FR", "common_name": "Cabinet Demo"}, use_printable=True),
    x509.Name.build({"common_name": "Cabinet Demo"}),
    x509.Name.build({"common_name": "x" * 3000}),
    x509.Name.build({"common_name": "X" * 3000}),
]
NAMES += [  # as in an extension: in a tag of its own
    x509.GeneralName.load(x509.GeneralName("directory_name", name).dump()).chosen
    for name in NAMES[:3]
]


def test_the_answers_are_asn1crypto_s() -> None:
    """Equal and different names, first asked and remembered."""
    names.install()
    for _ in range(2):
        for one, other in itertools.product(NAMES, repeat=2):
            assert (one == other) is bool(names._compare(one, other))
    assert NAMES[0] == NAMES[1] != NAMES[2]
    assert NAMES[0] != "Cabinet Démo"


def test_each_pair_is_prepared_once() -> None:
    """It takes effect, twice changes nothing; an asn1crypto that goes another way shows here."""
    names.install()
    names.install()
    names._same.cache_clear()
    for _ in range(5):
        assert NAMES[0] == NAMES[1]
    told = names._same.cache_info()
    assert (told.misses, told.hits) == (1, 4)
