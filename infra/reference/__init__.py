"""Makes the pages of the API's reference from its OpenAPI document and from the code's problems."""
