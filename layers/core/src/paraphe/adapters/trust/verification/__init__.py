"""Verification of files from anybody, confined."""
