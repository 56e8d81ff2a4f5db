"""Firms and their members."""
