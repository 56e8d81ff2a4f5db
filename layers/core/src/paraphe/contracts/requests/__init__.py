"""Signature requests at the doors."""
