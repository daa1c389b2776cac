"""Where everything is kept: SQLite or PostgreSQL through one schema, evidence and publications as files."""
