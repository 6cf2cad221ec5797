"""Forum Industriepolitik: text, argument, party position and synthesis, linked both ways."""
