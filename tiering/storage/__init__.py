"""The record: accounts, contacts, policies, decisions and the audit, in SQLite or PostgreSQL."""
