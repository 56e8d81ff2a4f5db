"""Commands of whoever runs a stack: the key ceremony, firms, members, revocation, chain heads."""
