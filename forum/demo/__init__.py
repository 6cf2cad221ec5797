"""Invented people, organisations and parties, and what they say, for trying the forum."""
