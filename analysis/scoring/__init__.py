"""Scores of every unit against every concept, from activations and labels on disk, streamed in blocks."""
