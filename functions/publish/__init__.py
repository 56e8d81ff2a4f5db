"""Door: renews what validators fetch, on schedule."""
