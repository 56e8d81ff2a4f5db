"""What the audit trail tells, typed: a dataclass for each kind of event, by the part it is of.

Their names and fields are the stored form, which hashes cover: a kind is never renamed, a field is
never dropped, renamed or moved (P19). A new field is optional: earlier trails lack it.
"""
