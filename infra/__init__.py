"""What is deployed (template, workflow, build) and the same thing on a laptop (`local`)."""
