"""What do the units mean: concepts, scores, and the search for units that track a concept."""
