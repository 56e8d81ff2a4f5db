"""The life of a signature request: drafts, order, deadlines, endings, what is kept."""
