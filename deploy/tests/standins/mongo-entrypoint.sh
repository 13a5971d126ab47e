#!/bin/bash
# As the official image's: mongod runs as the user mongodb.
set -eu
[ "$1" = mongod ] || exec "$@"
chown -R mongodb /data/db /data/configdb
exec setpriv --reuid mongodb --regid mongodb --clear-groups python -m deploy.tests.standins.mongo_server "${@:2}"
