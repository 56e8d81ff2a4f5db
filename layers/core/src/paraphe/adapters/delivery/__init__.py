"""Mails and SMS: wording, sending, counting."""
