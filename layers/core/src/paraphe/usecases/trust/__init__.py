"""Certificate status: answered, published, watched."""
