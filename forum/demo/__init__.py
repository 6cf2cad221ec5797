"""Invented people, organisations and parties, and what they say, for trying the forum."""

from forum.demo.people import PASSWORD

__all__ = ["PASSWORD"]
