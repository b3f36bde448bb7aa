"""The rules and the record: which tier an account is in, why, and what it is entitled to."""
