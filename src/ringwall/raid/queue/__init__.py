"""What the desk works on next, and what it will not get to."""
