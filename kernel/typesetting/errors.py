"""What stops a document from being typeset."""


class TypesettingError(Exception):
    """A document cannot be typeset as it stands.

    ``message`` says what is wrong, ``place`` where in the document (empty when the
    whole document is concerned), ``remedy`` what the reader can do about it.
    """

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        self.message = message
        self.place = place
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.place}：" if self.place else ""
        way_out = f"{self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{way_out}"
