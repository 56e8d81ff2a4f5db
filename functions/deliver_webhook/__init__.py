"""Delivers events to the webhooks of firms, and again what failed before."""
