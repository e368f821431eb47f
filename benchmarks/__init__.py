"""One file per claim about speed, each a ratio against a reference in the same process."""

from corpora.threads import share_processors

share_processors()
