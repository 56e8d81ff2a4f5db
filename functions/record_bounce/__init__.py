"""EventBridge, from SES: record mails that bounced or were complained about."""
