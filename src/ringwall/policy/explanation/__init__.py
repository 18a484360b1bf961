"""Why a concern denies: the nearest rows, what they miss and what would turn it."""
