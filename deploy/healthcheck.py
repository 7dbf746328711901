"""The health check of a reader's container: ends with 0 if /readyz is answered with 200, so the database answers."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["NEWSCRAWL_SERVE_PORT"]), timeout=5)
try:
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
except OSError as error:
    sys.exit(str(error))
sys.exit(0 if answer.status == 200 else answer.read().decode("utf-8", "replace"))
