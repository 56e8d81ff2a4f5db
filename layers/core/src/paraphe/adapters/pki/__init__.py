"""Keys, certificates, revocation and time-stamps: the platform's trust services, each replaceable."""
