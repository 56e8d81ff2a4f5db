"""The door `record_contacts`."""
