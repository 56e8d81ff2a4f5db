"""Task of the state machine: end a request that everybody has signed."""
