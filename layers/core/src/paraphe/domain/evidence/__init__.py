"""What is written down to be believed later: audit trail, chain heads, evidence account."""
