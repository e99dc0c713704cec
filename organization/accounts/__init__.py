"""Accounts: invitation, sign-in, second factor, locks, sessions, roles, and the log of all that."""
