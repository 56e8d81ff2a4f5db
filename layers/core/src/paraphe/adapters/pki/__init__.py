"""Keys, certificates, revocation, time-stamps: the trust services, each of them replaceable."""
