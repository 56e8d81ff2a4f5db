"""Task of the state machine: close a declined request."""
