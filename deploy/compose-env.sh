#!/usr/bin/env bash
# compose-env.sh [FILE]: writes .env, or the file, with a fresh secret for every user of docker compose, readable by its owner alone; adds only those that are missing.
set -euo pipefail
file=${1:-$(dirname "${BASH_SOURCE[0]}")/../.env}
umask 077
touch "$file"
chmod 600 "$file"
grep -q '^#* *FAS_PUBLIC_URL=' "$file" || cat >>"$file" <<'EOF'
# The address that people type, through a proxy that speaks TLS; it makes cookies Secure and refuses other names.
# FAS_PUBLIC_URL=https://fas.example.org
EOF
broker_users=(CUSTOMS PREPARE INTAKE QUESTIONNAIRE CONSULTATION DOCUMENTS CUSTOMS_GATEWAY PORTAL)
for name in "${broker_users[@]/#/RABBITMQ_PASSWORD_}" MONGO_ROOT_PASSWORD MONGO_PASSWORD MONGO_KEY \
    MINIO_ROOT_PASSWORD MINIO_PASSWORD MINIO_PASSWORD_CUSTOMS FAS_SECRET_KEY; do
    grep -q "^$name=" "$file" && continue
    # Letters and digits alone: they stand in addresses, and a key of MongoDB's members takes no others.
    printf '%s=%s\n' "$name" "$(python3 -c 'import secrets; print(secrets.token_hex(32))')" >>"$file"
    printf 'Added %s to %s\n' "$name" "$(basename "$file")"
done
