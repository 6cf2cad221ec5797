"""Installing, checking, saving, restoring and moving the forum: what its operator does."""
