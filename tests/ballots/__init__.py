"""Ballots: how they are cast, counted and shown, and what nobody can find out."""
