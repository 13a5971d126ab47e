# The packages of the local stand-ins, and the project's own part of them.
FROM python:3.13-slim
COPY requirements-build.txt requirements-local.txt /src/
RUN pip install --no-cache-dir --require-hashes -r /src/requirements-build.txt \
    && UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 uv venv /opt/standin && VIRTUAL_ENV=/opt/standin uv pip install --no-cache --require-hashes -r /src/requirements-local.txt
COPY deploy/__init__.py /src/deploy/
COPY deploy/local /src/deploy/local
COPY deploy/tests/__init__.py /src/deploy/tests/
COPY deploy/tests/standins /src/deploy/tests/standins
ENV PYTHONPATH=/src PATH=/opt/standin/bin:$PATH PYTHONUNBUFFERED=1
