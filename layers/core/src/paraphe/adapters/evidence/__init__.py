"""The evidence file: sealed JSON, and pages made from it."""
