"""`make examples` writes the examples of the API's reference."""

from __future__ import annotations

from tests.support.api_examples import STORED, text

if __name__ == "__main__":
    STORED.write_text(text(), encoding="utf-8")
