"""Consultations: rounds with phases, and the recommendations under discussion."""
