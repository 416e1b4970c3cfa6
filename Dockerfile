# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /desk
RUN python -m venv /venv && /venv/bin/pip install --quiet uv==0.13.8
COPY requirements.lock ./
RUN VIRTUAL_ENV=/venv /venv/bin/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
COPY . .
# The embedded default makes throw-away secrets for this one command
RUN VAR_DIR=/tmp/var LOG_DIR=none STATIC_ROOT=/static COMPRESS_STATIC=true \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/var

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 STATIC_ROOT=/static VAR_DIR=/var/desk
RUN groupadd --system --gid 10001 desk \
    && useradd --system --uid 10001 --gid desk --home-dir /var/desk --shell /usr/sbin/nologin desk \
    && install -d -o desk -g desk -m 0700 /var/desk /var/desk/outgoing /var/desk/columns
WORKDIR /desk
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /desk /desk
USER 10001:10001
VOLUME /var/desk
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
# One container is a whole desk: `docker run -p 8000:8000 forexsignals`. compose.yaml splits it.
CMD ["python", "manage.py", "up"]
