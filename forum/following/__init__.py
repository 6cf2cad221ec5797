"""Following what happens: in a list, by mail at once or gathered, with or without an account."""
