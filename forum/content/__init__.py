"""Start content: YAML files, checked as a whole, brought into the database."""
