"""What adapters of several parts share of S3: buckets, names of objects, presigned addresses."""
