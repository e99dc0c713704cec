#!/usr/bin/env python3
"""Django's command line.  Settings come from the environment: docs/operations/settings.md."""

import os
import sys

from django.core.management import execute_from_command_line

from haian_lawgov.env import ConfigurationError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")
    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
