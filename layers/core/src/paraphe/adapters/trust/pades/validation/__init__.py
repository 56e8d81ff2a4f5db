"""Judging signed PDFs, anybody's: offline, with pyHanko as the judge (P20)."""
