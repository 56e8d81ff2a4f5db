"""What the use cases need from outside. Adapters keep these; unit tests have fakes of them."""
