"""How far a long computation has come."""


class Progress:
    """Receives the progress of a task; this one shows nothing."""

    def stage(self, name: str, total: int = 1) -> None:
        """A new stage of `total` parts begins."""

    def advance(self, by: int = 1) -> None:
        """`by` more parts are done."""

    def remark(self, line: str) -> None:
        """Something that the user will want to know."""
