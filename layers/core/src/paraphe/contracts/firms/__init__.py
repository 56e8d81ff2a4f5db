"""What the doors say of a firm."""
