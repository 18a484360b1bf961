"""How many people the desk's work takes: as it is, and as it may become."""
