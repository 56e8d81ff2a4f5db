"""Signatures on documents, authorities, verification."""
