"""Table stream: turn the outbox into e-mails."""
