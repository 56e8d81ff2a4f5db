"""What signers and the seal do, from code to signed revision."""
