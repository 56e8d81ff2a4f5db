"""The public door of verification: a page and an API route for anybody's signed PDF."""
