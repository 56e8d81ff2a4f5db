"""Paraphe: electronic signatures for accounting firms. All that the doors in `functions/` share."""

VERSION = "0.1.0"
