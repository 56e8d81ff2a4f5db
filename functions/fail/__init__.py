"""Task of the state machine: make visible what retries did not cure."""
