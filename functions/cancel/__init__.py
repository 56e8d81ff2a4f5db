"""Task of the state machine: close a canceled request."""
