"""Which time a figure speaks of: the reporting year, its cut-off, and the filter parameters."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Span = Literal["during", "as_of", "up_to", "year"]


@dataclass(frozen=True)
class CutOff:
    """The last day that counts; `words` is how the report names it."""

    month: int = 12
    day: int = 31
    words: str = "截至12月31日"

    def date(self, year: int) -> dt.date:
        return dt.date(year, self.month, self.day)


YEAR_END = CutOff()


@dataclass(frozen=True)
class Period:
    """How a year becomes filter parameters.

    during: rows dated from 1 January to the cut-off; as_of: rows in force on the cut-off;
    up_to: all rows dated until the cut-off (cumulative); year: rows marked with the year.
    """

    span: Span
    cutoff: CutOff = YEAR_END

    def params(self, year: int) -> dict[str, str]:
        last = self.cutoff.date(year).isoformat()
        return {
            "during": {"since": f"{year}-01-01", "until": last},
            "as_of": {"as_of": last},
            "up_to": {"until": last},
            "year": {"year": str(year)},
        }[self.span]

    def words(self, year: int) -> str:
        """The period as pages and the appendix name it."""
        day = f"{self.cutoff.month}月{self.cutoff.day}日"
        return {
            "during": f"{year}年" if self.cutoff == YEAR_END else f"{year}年1月1日至{day}",
            "as_of": f"{year}年{day}",
            "up_to": f"累计至{year}年{day}",
            "year": f"{year}年度",
        }[self.span]


DURING = Period("during")
AS_OF = Period("as_of")
UP_TO = Period("up_to")
YEAR = Period("year")
