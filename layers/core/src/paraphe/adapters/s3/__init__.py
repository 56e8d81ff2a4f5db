"""Documents in S3 (docs/ARCHITECTURE.md, "Buckets")."""

from paraphe.adapters.s3.files import S3Files
from paraphe.adapters.s3.uploads import S3Uploads

__all__ = ["S3Files", "S3Uploads"]
