"""Keys, certificates and their status: the authorities, each replaceable."""
