"""The versions of a text: reading, comparing, and making them out of accepted amendments."""
