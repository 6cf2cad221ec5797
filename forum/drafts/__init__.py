"""Drafts of contributions and amendments, kept for their author and shown to colleagues."""
