"""Tools for those who develop the forum."""
