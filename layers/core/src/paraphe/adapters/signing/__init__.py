"""Secrets of signers on KMS."""
