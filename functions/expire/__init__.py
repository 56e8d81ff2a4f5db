"""Task of the state machine: end a request whose deadline has come."""
