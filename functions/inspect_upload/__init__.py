"""S3 event: read an uploaded PDF, and do nothing else."""
