#!/usr/bin/env bash
# Runs every static check, at the same time where it can; silent about those that pass, and ends with 1 when one fails.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PWD/.venv/bin:$PATH"
checkers=.local/script-checkers
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
names=()

check() { # check NAME COMMAND…
    names+=("$1")
    { "${@:2}" >"$results/$1.out" 2>&1; echo $? >"$results/$1.rc"; } &
}

check format ruff format --check --quiet --diff
check lint ruff check --quiet --output-format concise
check imports lint-imports --no-logo
check compose check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
check dockerfile hadolint deploy/Dockerfile
# The stand-ins are built on each other, without versions.
check standins hadolint --ignore DL3006 --ignore DL3016 --ignore DL3022 --ignore DL3066 deploy/tests/standins/*.Dockerfile
check yaml yamllint --strict -c .yamllint.yaml .
check types mypy
check scripts "$checkers/biome/package/biome" check --colors=off --error-on-warnings services/portal/static biome.json jsconfig.json
check script-types "$checkers/typescript/package/lib/tsc" --project jsconfig.json --pretty false
check commits python -m tools.commit_message
check manifests python -m tools.manifests --check
check chart "$(python -c 'from tools.kubernetes_programs import program; print(program("helm"))')" lint --strict --quiet deploy/helm
check catalogue python -m services.questionnaire.catalogue.checking
wait

failed=()
for name in "${names[@]}"; do
    [ "$(cat "$results/$name.rc")" = 0 ] && continue
    failed+=("$name")
    printf -- '--- %s\n' "$name"
    cat "$results/$name.out"
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[*]}"
    exit 1
fi
printf 'All checks passed: %s (%s s)\n' "${names[*]}" "$SECONDS"
