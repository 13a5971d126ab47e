#!/usr/bin/env bash
# Writes .env with fresh passwords for docker compose, readable by its owner alone; adds only those that are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 077
touch .env
grep -q '^#* *FAS_PUBLIC_URL=' .env || cat >>.env <<'EOF'
# The address that people type, through a proxy that speaks TLS; it makes cookies Secure and refuses other names.
# FAS_PUBLIC_URL=https://fas.example.org
EOF
for name in RABBITMQ_PASSWORD MINIO_PASSWORD FAS_SECRET_KEY; do
    grep -q "^$name=" .env && continue
    printf '%s=%s\n' "$name" "$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')" >>.env
    printf 'Added %s to .env\n' "$name"
done
