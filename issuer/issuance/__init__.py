"""Preparing badges, sealing them, publishing status lists; only `seal` and `publish` sign with real keys."""
