"""What comes back: mails that can not be delivered, complaints, and texts with which people answer ours."""
