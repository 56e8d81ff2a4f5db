"""The signers' pages (Chalice, REST v1 events): what is behind an e-mailed link."""
