"""The engine: makes and validates PAdES; knows nothing of firms or requests (README.md, ADR 37)."""
