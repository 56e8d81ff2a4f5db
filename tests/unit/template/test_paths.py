"""What API Gateway refuses of paths, and the embedded AWS does not."""

from __future__ import annotations

import re
from collections import defaultdict

from infra.tree import text_of


def test_a_place_has_one_variable() -> None:
    """API Gateway refuses `/docs/{page}` beside `/docs/{folder}/{page}`."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for api, path in re.findall(r"!Ref (\w+), Path: '([^']+)'", text_of("infra/template.yaml")):
        parts = path.strip("/").split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                found[api, "/".join(parts[:place])].add(part)
    assert found
    assert not {place: names for place, names in found.items() if len(names) > 1}
