"""Entry point of the web server: ``gunicorn haian_lawgov.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")

application = get_wsgi_application()
