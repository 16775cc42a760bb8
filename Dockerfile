# leadbridge in a container: small, not root, read-only but for /var/lib/leadbridge. See docs/production.md.
#
# The base is pinned by tag. Pin it by digest where you build, so that the same file always makes the same image:
#   docker buildx imagetools inspect python:3.11-slim-bookworm
# and write  python:3.11-slim-bookworm@sha256:…  below.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-runtime.lock requirements-build.lock ./
# The program's own environment gets what it needs to run, every file by its hash; the tool that packs it stays behind in this stage.
RUN python -m venv /opt/leadbridge \
    && /opt/leadbridge/bin/pip install --require-hashes --only-binary :all: --requirement requirements-runtime.lock \
    && pip install --require-hashes --only-binary :all: --requirement requirements-build.lock
COPY pyproject.toml README.md ./
COPY bridge ./bridge
COPY connectors ./connectors
COPY config ./config
COPY mappings ./mappings
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/leadbridge/bin/pip install --no-deps --no-index /wheels/*.whl \
    && /opt/leadbridge/bin/pip uninstall --yes pip \
    && find /opt/leadbridge -type d -name tests -prune -exec rm -r {} +

FROM ${BASE}
LABEL org.opencontainers.image.title="leadbridge" \
      org.opencontainers.image.description="Hands Sales the leads worth a salesperson's time, from HubSpot to Salesforce."
RUN groupadd --gid 10001 leadbridge \
    && useradd --uid 10001 --gid leadbridge --home-dir /var/lib/leadbridge --create-home --shell /usr/sbin/nologin leadbridge
COPY --from=build /opt/leadbridge /opt/leadbridge
# Nothing is written outside the volume: no byte code, no caches; LEADBRIDGE_HOME holds config/, mappings/ and var/.
ENV PATH=/opt/leadbridge/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LEADBRIDGE_HOME=/var/lib/leadbridge
USER 10001:10001
WORKDIR /var/lib/leadbridge
VOLUME /var/lib/leadbridge
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8787/readyz', timeout=4)"]
ENTRYPOINT ["leadbridge"]
CMD ["daemon", "--host", "0.0.0.0"]
