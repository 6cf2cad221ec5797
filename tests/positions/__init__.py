"""Theses, parties and what they answer."""
