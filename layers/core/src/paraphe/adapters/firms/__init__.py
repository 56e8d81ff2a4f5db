"""Firms and members on DynamoDB and KMS."""
