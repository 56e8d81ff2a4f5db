"""Messages: how many may be sent, and what became of them."""
