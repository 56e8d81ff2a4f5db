"""Verdicts at the doors."""
