"""Schedule: launch the rows of bulk launches."""
