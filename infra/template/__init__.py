"""Makes `infra/template.yaml` from fragments by part and one table of doors (`functions.toml`)."""
