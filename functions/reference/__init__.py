"""The API's documentation, at the firm's own address: for people, for programs, of this version."""
