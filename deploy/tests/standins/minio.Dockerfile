# The object store's stand-in behind the commands that the Compose file calls, `minio` and `mc`.
FROM fas-test-python
RUN printf '#!/bin/sh\nexec python -m deploy.tests.standins.object_server "$@"\n' >/usr/local/bin/minio \
    && printf '#!/bin/sh\nexec python -m deploy.tests.standins.mc "$@"\n' >/usr/local/bin/mc && chmod +x /usr/local/bin/minio /usr/local/bin/mc
ENTRYPOINT ["minio"]
