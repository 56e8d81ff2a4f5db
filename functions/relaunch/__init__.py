"""Task of the state machine: write again to those whose turn it is."""
