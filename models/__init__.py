"""Character-level recurrent networks: training, evaluation, sampling and recording."""
