import pytest

from kernel.typesetting.render import Pdf
from tests.kernel.typesetting import samples


@pytest.fixture(scope="session")
def official_pdf() -> Pdf:
    return samples.typeset(samples.official(appendix=samples.table()))


@pytest.fixture(scope="session")
def public_pdf() -> Pdf:
    return samples.typeset(samples.public())


@pytest.fixture(scope="session")
def plain_pdf() -> Pdf:
    """Pages of nothing but full lines of 仿宋."""
    blocks = [samples.Block("paragraph", samples.PLAIN) for _ in range(3)]
    return samples.typeset(samples.public(sections=blocks, attachments=[]))
