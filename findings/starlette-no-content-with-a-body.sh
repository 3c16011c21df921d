#!/usr/bin/env bash
# Starlette 1.3.1 with uvicorn 0.38.0: JSONResponse(None, 204) sends a body with a status
# that has none, and the server breaks the connection.
#
# The obvious way to answer "done, nothing to say" writes the text null behind a 204.
# Starlette leaves out the header content-length there, but sends the four bytes. Under
# its test client this looks well. The real server raises LocalProtocolError and closes
# a connection that should have stayed open.
#
# Seen: the test client gets 204 and b'null'; of two requests on one connection the
# server answers one.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check starlette==1.3.1 uvicorn==0.38.0 h11==0.16.0 httpx==0.28.1
cat >seen.py <<'PYTHON'
import logging
import socket
import threading
import time

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

app = Starlette(routes=[Route("/", lambda request: JSONResponse(None, 204))])
told = TestClient(app).get("/")
print("test client:", told.status_code, told.content)
logging.disable(logging.CRITICAL)
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None))
thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
thread.start()
while not server.started:
    time.sleep(0.05)
with socket.create_connection(listening.getsockname(), timeout=5) as client:
    client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" * 2)
    got = b""
    while part := client.recv(1000):
        got += part
        if got.count(b"HTTP/1.1 204") == 2:
            break
print("server: answers", got.count(b"HTTP/1.1 204"))
server.should_exit = True
thread.join()
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
test client: 204 b'null'
server: answers 1
SEEN
echo "as described"
