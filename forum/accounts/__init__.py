"""Accounts: people, the organisations and benches they belong to, and their roles."""
