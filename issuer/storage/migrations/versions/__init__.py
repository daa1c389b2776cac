"""One module per revision; a published one is never edited."""
