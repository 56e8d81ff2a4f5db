"""Door: says whether certificates are revoked (OCSP, RFC 6960)."""
