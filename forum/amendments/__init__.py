"""Amendments: changes to a text, proposed, discussed, voted on, decided, and kept with reasons."""
