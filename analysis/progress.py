"""How far a long computation has come."""


class Progress:
    """Is told what is being done and how far it is; this one keeps quiet."""

    def stage(self, name: str, total: int = 1) -> None:
        """Something new begins, of so many parts."""

    def advance(self, by: int = 1) -> None:
        """So many parts more are done."""

    def remark(self, line: str) -> None:
        """Something that the user will want to know."""
