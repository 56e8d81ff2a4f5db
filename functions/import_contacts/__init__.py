"""The door `import_contacts`."""
