"""People sign in and out, and lose no text over it."""
