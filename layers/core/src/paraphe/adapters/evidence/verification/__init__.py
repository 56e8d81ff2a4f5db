"""An evidence file, checked without asking whoever made it (P19)."""
