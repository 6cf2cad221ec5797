"""Membership: who belongs to which organisation or party, and how they come in."""
