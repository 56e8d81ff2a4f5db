"""Task of the state machine: put a signature into one document; then apply the command."""
