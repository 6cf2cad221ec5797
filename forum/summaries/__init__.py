"""Summaries whose every statement cites what it rests on."""
