"""The portal's settings without its middleware and pages."""

from haian_lawgov.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
MIDDLEWARE = []
