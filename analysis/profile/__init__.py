"""The profile of one unit: what it tracks, where it is on, what drives it and what it predicts."""
