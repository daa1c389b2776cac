"""The schema's history, run by Alembic; revisions are numbered r0001, r0002, …"""
