"""Forum Industriepolitik: text, argument, party position and synthesis, linked both ways."""

__version__ = "0.1.0"
