"""Members of a firm."""
