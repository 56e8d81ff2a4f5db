"""Schedule: wake, expire, remind, restart, erase."""
