"""Signature requests and firms in one DynamoDB table (docs/ARCHITECTURE.md, "Keys")."""

from paraphe.adapters.dynamodb.firms import DynamoFirms
from paraphe.adapters.dynamodb.requests import DynamoRequests
from paraphe.adapters.dynamodb.rows import notice_of

__all__ = ["DynamoFirms", "DynamoRequests", "notice_of"]
