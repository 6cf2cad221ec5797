"""One's own account: how one appears, devices, consent, what one has written, and leaving."""
