"""Task of the state machine: send a code by SMS."""
