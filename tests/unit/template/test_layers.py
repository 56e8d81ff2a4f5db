"""Which doors carry what writes validation reports: one that lacks it fails on AWS only."""

from __future__ import annotations

from pathlib import Path

from infra import sam_template

SOURCE = Path(__file__).resolve().parents[3] / "infra" / "template.yaml"
FUNCTIONS = sam_template.functions(sam_template.load(SOURCE))


def test_the_door_of_evidence_can_judge_signatures() -> None:
    """PyHanko and xsdata are in the layer `pdf`; to renew, cryptography is enough."""
    layers = {
        function["Handler"].partition(".")[0]: {one["Ref"] for one in function.get("Layers", ())}
        for function in FUNCTIONS.values()
    }
    assert layers["evidence"] == {"CryptoLayer", "FontsLayer", "PdfLayer"}
    assert layers["renew"] == {"CryptoLayer"}
