"""Mails and their outcome."""
