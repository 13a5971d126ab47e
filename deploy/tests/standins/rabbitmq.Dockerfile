# A real RabbitMQ, Debian's 4.0, laid out as the official image is where the Compose file looks.
FROM fas-test-debian
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends rabbitmq-server && rm -rf /var/lib/apt/lists/* /var/lib/rabbitmq/* \
    && ln -s /usr/lib/rabbitmq/lib/rabbitmq_server-* /usr/lib/rabbitmq/lib/server && install -d -o rabbitmq -g rabbitmq /etc/rabbitmq/conf.d
ENV PATH=/usr/lib/rabbitmq/lib/server/sbin:$PATH HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- RABBITMQ_CONF_ENV_FILE=/dev/null RUNNING_UNDER_SYSTEMD=true
USER rabbitmq
CMD ["rabbitmq-server"]
