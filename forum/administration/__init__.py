"""The administration's desk: people, roles, organisations, settings, and the log of staff acts."""
