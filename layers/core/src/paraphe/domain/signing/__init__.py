"""How somebody signs: consent, codes, visible marks, the seal on a batch."""
