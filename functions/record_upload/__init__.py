"""S3 event: take over what the inspection said."""
