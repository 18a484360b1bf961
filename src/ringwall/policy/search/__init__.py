"""Who is permitted, of many, by index and by profile."""
