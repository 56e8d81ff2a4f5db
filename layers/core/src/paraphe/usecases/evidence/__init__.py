"""Evidence, trails and chain heads: made, read, checked, renewed."""
