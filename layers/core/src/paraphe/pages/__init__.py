"""The pages kit: what every door that answers with HTML shares. No rule of the product enters.

A door reads an `HttpRequest`, renders a template with its `PageRenderer`, and lets `ErrorPages`
answer what its views raise. How a reader got in (a link, a session) is the door's business.
"""
