"""Full-text search in German, over everything that is public."""
