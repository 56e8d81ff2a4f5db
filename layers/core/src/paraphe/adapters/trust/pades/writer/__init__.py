"""Signing PDFs: PAdES B-LT for each signer, B-LTA for the last one and for seals (EN 319 142-1)."""
