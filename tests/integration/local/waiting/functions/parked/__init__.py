"""A door that parks its task token."""
