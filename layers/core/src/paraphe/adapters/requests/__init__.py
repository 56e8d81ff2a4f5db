"""Signature requests on DynamoDB, S3 and Step Functions; the inspection of uploads."""
