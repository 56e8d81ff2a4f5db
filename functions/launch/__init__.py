"""Task of the state machine: invite those whose turn it is."""
