"""Editorial reference works: sources, the glossary, and the timeline."""
