# The database's stand-in behind what the official image has: a user mongodb, an entry point, and the real mongosh.
FROM python:3.13-slim
ARG MONGOSH=mongosh@2.12.0
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
RUN npm install --global --silent "$MONGOSH" && useradd --uid 999 --user-group mongodb && install -d -o mongodb -g mongodb /data/db /data/configdb
COPY --from=fas-test-python /opt/standin /opt/standin
COPY --from=fas-test-python /src /src
COPY --chmod=755 deploy/tests/standins/mongo-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PYTHONPATH=/src PATH=/opt/standin/bin:$PATH PYTHONUNBUFFERED=1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mongod"]
