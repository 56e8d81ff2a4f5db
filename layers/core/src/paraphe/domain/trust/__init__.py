"""Signatures, certificates and verdicts, in values."""
