"""Networks that were trained elsewhere, as runs: a state dict and a vocabulary come in, a run's folder comes out.

`layout` finds the embedding, the recurrent layers and the readout among the tensors of a state dict. `vocabulary` reads
the characters that ids stand for. `weights` puts both into a `CharRNN`. `importing` reads files and modules, and keeps
the run.
"""
