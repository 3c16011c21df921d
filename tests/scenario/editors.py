"""What editors run to check a file: ajv and the YAML language server, where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pytest

WAIT = 60
"""Seconds until a program that does not answer is given up."""


def module(name: str) -> tuple[str, dict[str, str]]:
    """Where a module of Node.js lies, and the environment that finds it; skips without it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        pytest.skip("Node.js is not installed")
    home = os.environ.get("NODE_PATH", "")
    if not home and npm is not None:
        found = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, timeout=WAIT)
        home = found.stdout.strip()
    env = {**os.environ, "NODE_PATH": home}
    script = f"process.stdout.write(require.resolve({json.dumps(name)}))"
    found = subprocess.run(
        [node, "-e", script], capture_output=True, text=True, timeout=WAIT, env=env
    )
    if found.returncode:
        package = name.split("/")[0]
        pytest.skip(f"{package} is not installed: npm install -g {package}, or set NODE_PATH")
    return found.stdout, env


_AJV = """
const Ajv = require("ajv/dist/2020").default;
const {schema, documents} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const accepts = new Ajv({strict: false, validateFormats: false}).compile(schema);
process.stdout.write(JSON.stringify(documents.map((one) => accepts(one))));
"""


def ajv(schema: Any, documents: Sequence[Any]) -> list[bool]:
    """Whether ajv accepts each document."""
    _, env = module("ajv/dist/2020")
    found = subprocess.run(
        ["node", "-e", _AJV], input=json.dumps({"schema": schema, "documents": documents}),
        capture_output=True, text=True, timeout=WAIT, env=env, check=True,
    )  # fmt: skip
    accepted: list[bool] = json.loads(found.stdout)
    return accepted


class LanguageServer:
    """The YAML language server as an editor talks to it; what it finds wrong in a text."""

    def __init__(self, schema: Path) -> None:
        server, env = module("yaml-language-server/bin/yaml-language-server")
        self._schema = schema
        self._settings = {"validate": True, "schemas": {schema.as_uri(): "*.yaml"}}
        self._process = subprocess.Popen(
            ["node", server, "--stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env,
        )  # fmt: skip
        self._patience = threading.Timer(2 * WAIT, self._process.kill)
        self._opened = 0

    def __enter__(self) -> Self:
        self._patience.start()
        asked = {"processId": os.getpid(), "rootUri": None, "capabilities": {
            "workspace": {"configuration": True},
            "textDocument": {"publishDiagnostics": {}},
        }}  # fmt: skip
        self._send({"id": 0, "method": "initialize", "params": asked})
        self._send({"method": "initialized", "params": {}})
        changed = {"settings": {"yaml": self._settings}}
        self._send({"method": "workspace/didChangeConfiguration", "params": changed})
        return self

    def __exit__(self, *raised: object) -> None:
        self._patience.cancel()
        self._process.kill()
        self._process.communicate()

    def faults(self, text: str) -> list[str]:
        """What the server finds wrong."""
        self._opened += 1
        uri = (self._schema.parent / f"opened-{self._opened}.yaml").as_uri()
        opened = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": opened}})
        while True:
            said = self._receive()
            if "id" in said and "method" in said:
                items = said.get("params", {}).get("items", [])
                sections = [item.get("section") for item in items]
                held = [self._settings if one == "yaml" else None for one in sections]
                self._send({"id": said["id"], "result": held if items else None})
            elif said.get("method") == "textDocument/publishDiagnostics" and (
                said["params"]["uri"] == uri
            ):
                return [one["message"] for one in said["params"]["diagnostics"]]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
