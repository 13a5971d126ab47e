#!/usr/bin/env bash
# pin-images.sh [FILE [MIRROR]]: writes the digests that the images of docker compose have now into .env, or the file, so that every
# machine gets the same ones; run again to take newer ones. MIRROR (registry.example.org/path) has the images under their names
# without a registry. Needs a container engine with buildx, and a way to the registries.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
file=${1:-.env} mirror=${2:-}
umask 077
touch "$file"

pin() { # pin SETTING REGISTRY IMAGE
    local name digest
    if [ "$mirror" ]; then name=$mirror/$3; else name=${2:+$2/}$3; fi
    digest=$(docker buildx imagetools inspect --format '{{json .Manifest}}' "$name" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])' 2>/dev/null) ||
        { printf 'No digest for %s: can its registry be reached?\n' "$name" >&2; exit 1; }
    sed -i "/^$1=/d" "$file"
    printf '%s=%s@%s\n' "$1" "$name" "$digest" | tee -a "$file"
}

pin FAS_PYTHON_IMAGE "" python:3.13-slim
pin FAS_RABBITMQ_IMAGE "" rabbitmq:4
pin FAS_MONGO_IMAGE "" mongo:8
pin FAS_MINIO_IMAGE quay.io minio/minio:RELEASE.2025-09-07T16-13-09Z
