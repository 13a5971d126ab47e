"""News: the inbox, e-mails, reminders."""
