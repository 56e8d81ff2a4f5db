"""The shapes at the doors and between steps (pydantic); the OpenAPI document is made from them."""
