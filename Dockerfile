# One image for every process of the portal; docker-compose.yml says which command runs where.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/srv/portal/.venv/bin:$PATH

WORKDIR /srv/portal

# Same set-up as on a developer's machine: system libraries, locked packages, document fonts.
COPY ops ops
COPY requirements requirements
RUN python3 -m ops.setup && rm -rf /var/lib/apt/lists/* /root/.cache

COPY . .

# Static files are built into the image. Settings want all secrets, so throw-away ones stand in.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATA_KEYS="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgres://build@localhost/build \
    REDIS_URL=redis://localhost/0 python manage.py collectstatic --no-input

RUN useradd --uid 10001 --no-create-home portal \
    && mkdir -p /srv/data/media /srv/data/beat /srv/portal/.run/fonts/bureau \
    && chown -R portal: /srv/data
USER portal

ENV MEDIA_ROOT=/srv/data/media
EXPOSE 8000
CMD ["gunicorn", "haian_lawgov.wsgi", "--bind=0.0.0.0:8000"]
