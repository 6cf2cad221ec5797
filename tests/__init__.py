"""Tests are sentences about what people do and see."""
