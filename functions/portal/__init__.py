"""The portal (Chalice, REST v1 events): who works in a firm signs in here."""
