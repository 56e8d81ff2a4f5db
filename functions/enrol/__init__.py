"""Codes and certificates for members (EventBridge events of the portal)."""
