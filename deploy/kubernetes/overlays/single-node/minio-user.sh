#!/bin/sh
# The bucket, and the services' user, who may do everything in it and nothing elsewhere.
set -eu
until mc alias set own http://minio:9000 root "$(cat /run/secrets/server/root_password)" >/dev/null 2>&1; do sleep 2; done
mc mb --ignore-existing own/fas
mc admin policy create own fas /scripts/minio-policy.json
mc admin user add own fas "$(cat /run/secrets/server/fas_password)"
mc admin policy attach own fas --user fas || mc admin user info own fas | grep -q "PolicyName: fas"
