"""Character-level recurrent networks: training, evaluation, sampling and recording."""

from corpora.threads import share_processors

share_processors()  # before anything imports PyTorch
