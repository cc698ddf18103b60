"""Connects to the node of a talosconfig, for scripts with upstream's bindings."""

import base64
import ssl
import tempfile

from grpclib.client import Channel


def connect(talosconfig):
    """A channel to the first endpoint of the only context, with its certificate."""
    endpoint, fields = read(talosconfig)
    host, _, port = endpoint.rpartition(":")
    return Channel(host, int(port), ssl=tls(fields))


def read(talosconfig):
    """The only context's fields. The file is YAML, of which this needs no more than `key: value`."""
    fields, endpoint, below_endpoints = {}, None, False
    with open(talosconfig, encoding="utf-8") as file:
        for line in file:
            words = line.strip()
            if below_endpoints and words.startswith("- ") and endpoint is None:
                endpoint = words[2:].strip("\"'")
            below_endpoints = words == "endpoints:" or (below_endpoints and words.startswith("- "))
            key, _, value = words.partition(": ")
            if key in ("ca", "crt", "key"):
                fields[key] = base64.b64decode(value.strip("\"'"))
    return endpoint, fields


def tls(fields):
    context = ssl.create_default_context(cadata=fields["ca"].decode())
    with tempfile.NamedTemporaryFile() as pair:
        pair.write(fields["crt"] + b"\n" + fields["key"].replace(b"ED25519 PRIVATE KEY", b"PRIVATE KEY"))
        pair.flush()
        context.load_cert_chain(pair.name)
    context.set_alpn_protocols(["h2"])
    return context
