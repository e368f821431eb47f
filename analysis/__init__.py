"""What do the units mean: concepts, scores, and the search for units that track a concept."""

from corpora.threads import share_processors

share_processors()  # before anything imports PyTorch
