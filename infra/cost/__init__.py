"""What a signature request costs on AWS, and what the platform costs while nothing happens."""
