"""What adapters of several parts share of DynamoDB: client, keys, codec (docs/ARCHITECTURE.md)."""
