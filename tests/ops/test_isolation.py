"""Test processes at work side by side share no cache, no queue and no folder."""

import os

from django.conf import settings
from django.core.cache import cache

from ops.session import WORKER
from tests.portal import Portal


def test_the_settings_were_read_after_this_process_got_its_addresses():
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    assert str(settings.MEDIA_ROOT) == os.environ["MEDIA_ROOT"]
    connection = cache._cache.get_client().connection_pool.connection_kwargs
    if WORKER:
        assert connection["db"] == int(WORKER.removeprefix("gw")) + 1
        assert str(settings.MEDIA_ROOT).endswith(f"/{WORKER}")


def test_a_portal_of_this_process_has_its_broker(tmp_path):
    assert Portal("any", tmp_path).environment["REDIS_URL"] == settings.REDIS_URL
