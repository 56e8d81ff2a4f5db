"""Makes the sealed account of a request that has ended."""
