"""Secret ballots, their totals, and the figures by bench."""
