"""Task of the state machine: park the token, or give the actor its next command."""
