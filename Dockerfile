# Byline with its models and the sample articles: docs/serving.md, "Containers".
FROM python:3.11-slim

WORKDIR /byline

# The packages come first, because they change less often than the code. For PostgreSQL, build with
# --build-arg EXTRA=fleet; "fleet llm mcp" adds all but requirements-anthropic.txt, whose packages are installed
# with --no-deps, in an image of your own on top of this one.
ARG EXTRA=""
COPY requirements.txt requirements-fleet.txt requirements-llm.txt requirements-mcp.txt constraints.txt ./
RUN for name in $EXTRA; do set -- "$@" -r "requirements-$name.txt"; done \
    && pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r requirements.txt "$@"

COPY models/ models/
COPY corpus/ /corpus/
COPY prompts/ prompts/
COPY index/ index/
COPY bot/ bot/
COPY eval/ eval/
COPY app.py LICENSE ./

# The program owns the folder of the index and nothing else: it cannot change its own code.
RUN python -m compileall -q app.py prompts index bot eval \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /tmp byline \
    && install -d -o byline -g byline -m 0700 /storage

# A container is reached through its network, so it needs a login. Without the file of accounts it does not start.
ENV BYLINE_HOST=0.0.0.0 \
    BYLINE_PORT=7860 \
    BYLINE_AUTH=/run/secrets/accounts \
    BYLINE_CORPUS=/corpus \
    BYLINE_STORAGE=/storage \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

VOLUME ["/corpus", "/storage"]
EXPOSE 7860
USER 10001:10001

# Not healthy before the first sync has ended.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['BYLINE_PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]

CMD ["python", "app.py"]
