#!/usr/bin/env bash
# Writes the digests that the images of docker compose have now into .env, so that every machine gets the same ones; run again
# to take newer ones. Needs a container engine with buildx, and a way to the registries.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 077
touch .env

pin() { # pin SETTING IMAGE
    local digest
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$2") ||
        { printf 'No digest for %s: can its registry be reached?\n' "$2" >&2; exit 1; }
    sed -i "/^$1=/d" .env
    printf '%s=%s@%s\n' "$1" "$2" "$digest" | tee -a .env
}

pin FAS_PYTHON_IMAGE python:3.13-slim
pin FAS_RABBITMQ_IMAGE rabbitmq:4
pin FAS_MONGO_IMAGE mongo:8
pin FAS_MINIO_IMAGE quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z
