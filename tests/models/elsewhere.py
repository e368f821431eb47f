"""Networks as one writes them in a notebook, and whether a run computes what they do."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.recording import join, record_blocks
from models.run import Run

CHARACTERS = "abcdefgh \n"
TEXT = "a bad cafe had a bag\nfed a deaf chef\n" * 8


class Elsewhere(nn.Module):
    """A network as one writes it in a notebook; without an embedding its input is one-hot."""

    def __init__(self, cell: Any = nn.LSTM, layers: int = 2, embedding: int = 6, bias: bool = True) -> None:
        super().__init__()
        if embedding:
            self.encoder = nn.Embedding(len(CHARACTERS), embedding)
        self.rnn = cell(embedding or len(CHARACTERS), 12, layers, bias=bias, batch_first=True)
        self.decoder = nn.Linear(12, len(CHARACTERS))

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states of the last layer and logits, [batch, time, …]."""
        one_hot = nn.functional.one_hot(ids, len(CHARACTERS)).float()
        hidden, _ = self.rnn(self.encoder(ids) if hasattr(self, "encoder") else one_hot)
        return hidden, self.decoder(hidden)


def ids_of(text: str) -> Tensor:
    return torch.tensor([[CHARACTERS.index(character) for character in text]])


def trained_in_ten_lines() -> Elsewhere:
    torch.manual_seed(1)
    module = Elsewhere()
    optimizer = torch.optim.Adam(module.parameters(), 0.01)
    ids = ids_of(TEXT)
    for _ in range(30):
        _, logits = module(ids[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), ids[0, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return module


@torch.inference_mode()
def assert_computes_the_same(run: Run, module: nn.Module) -> None:
    """States of the last layer, and losses, are those of the module's own forward pass."""
    recorded = join(record_blocks(run.load_network(), run.vocabulary.encode(TEXT)))
    hidden, logits = module(ids_of(TEXT))
    np.testing.assert_allclose(recorded.states["hidden"][:, -1], hidden[0].numpy(), atol=1e-5)
    nats = nn.functional.cross_entropy(logits[0, :-1], ids_of(TEXT)[0, 1:], reduction="none").numpy()
    np.testing.assert_allclose(recorded.loss[:-1], nats, atol=1e-5)
    assert hidden.std() > 0.003
    assert nats.std() > 0.003


class Stack(nn.Module):
    """Cells one above the other, stepped by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.emb = nn.Embedding(len(CHARACTERS), 12)
        self.cells = nn.ModuleList(nn.LSTMCell(12, 12) for _ in range(11))
        self.out = nn.Linear(12, len(CHARACTERS), bias=False)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        states = [(torch.zeros(1, 12), torch.zeros(1, 12)) for _ in self.cells]
        hidden = []
        for x in self.emb(ids)[0]:
            x = x[None]
            for number, cell in enumerate(self.cells):
                states[number] = cell(x, states[number])
                x = states[number][0]
            hidden.append(x)
        found = torch.stack(hidden, dim=1)
        return found, self.out(found)


class Handwritten(nn.Module):
    """An LSTM of two linear maps whose rows are input, forget, output, candidate."""

    def __init__(self) -> None:
        super().__init__()
        self.i2h_1, self.h2h_1 = nn.Linear(len(CHARACTERS), 48), nn.Linear(12, 48)
        self.decoder = nn.Linear(12, len(CHARACTERS))

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        h = c = torch.zeros(1, 12)
        hidden = []
        for x in nn.functional.one_hot(ids, len(CHARACTERS)).float()[0]:
            i, f, o, g = (self.i2h_1(x[None]) + self.h2h_1(h)).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            hidden.append(h)
        found = torch.stack(hidden, dim=1)
        return found, self.decoder(found)
