"""Schedule: renew the archive time-stamps of what is kept."""
