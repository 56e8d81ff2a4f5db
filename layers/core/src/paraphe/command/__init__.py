"""The command `paraphe`: verification, and whatever a checkout adds for operators (ADR 39)."""
