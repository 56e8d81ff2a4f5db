"""Signing PDFs: PAdES B-LT for each signer, B-LTA for the seal (ETSI EN 319 142-1)."""
