#!/bin/sh
# The bucket, and its two users, each with the policy that stands beside its password.
set -eu
secrets=/run/secrets/server
until mc alias set own http://minio:9000 root "$(cat $secrets/root_password)" >/dev/null 2>&1; do sleep 2; done
mc mb --ignore-existing own/fas
for user in services customs; do
    mc admin policy create own "$user" "$secrets/$user.json"
    mc admin user add own "$user" "$(cat "$secrets/$user")"
    mc admin policy attach own "$user" --user "$user" || mc admin policy entities own --user "$user" | grep -q "$user"
done
