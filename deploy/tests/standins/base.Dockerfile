# What stands in for python:3.13-slim where it can't be pulled: Debian's own Python 3.13, and what this machine trusts.
FROM fas-test-debian
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip python3-venv && rm -rf /var/lib/apt/lists/* \
    && rm -f /usr/lib/python3.13/EXTERNALLY-MANAGED \
    && for name in python3.13 python3 python; do ln -s /usr/bin/python3.13 "/usr/local/bin/$name"; done
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt UV_SYSTEM_CERTS=true NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt
