"""One file per verb: load, decide, commit, and what has to happen around it."""
