"""CMS, time-stamps, OCSP and revocation, as PAdES needs them."""
