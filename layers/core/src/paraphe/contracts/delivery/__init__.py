"""What mail services tell."""
