"""Trails and chain heads at the doors."""
