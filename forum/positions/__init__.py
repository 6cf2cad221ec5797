"""Theses, parties, and what the parties answer."""
