"""Recordings: what every unit of a network does while it reads a text.

`Recording` is the one shape of it, in memory, block by block or whole. However it is computed, a recording is what
reading the text from its start gives, to 1e-5 (of c: of its value where that is above 1). `store` keeps recordings on
disk.
"""

from models.recording.blocks import TOP, record, record_blocks
from models.recording.layers import BLOCK
from models.recording.recording import Recording, join
from models.recording.segments import streams_for

__all__ = ["BLOCK", "TOP", "Recording", "join", "record", "record_blocks", "streams_for"]
