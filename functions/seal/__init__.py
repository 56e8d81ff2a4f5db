"""Puts the firm's seal on documents; the only door that may use seal keys."""
