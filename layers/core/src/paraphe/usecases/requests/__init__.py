"""Drafts, launching, changes, endings, and the repair of all of it."""
