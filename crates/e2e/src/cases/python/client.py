"""Asks a node everything that an operator's script would, with upstream's bindings as they are."""

import asyncio
import base64
import ssl
import sys
import tempfile

from betterproto.lib.google.protobuf import Empty
from grpclib.client import Channel
from talos_linux_api.v1_6_0.common import ContainerDriver
from talos_linux_api.v1_6_0.machine import (
    DmesgRequest,
    EtcdMemberListRequest,
    ListRequest,
    LogsRequest,
    MachineServiceStub,
)


def talosconfig(path):
    """The only context's fields. The file is YAML, of which this needs no more than `key: value`."""
    fields, endpoint, below_endpoints = {}, None, False
    with open(path, encoding="utf-8") as file:
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


async def first(stream, wanted):
    """Reads a stream until `wanted` bytes came."""
    got = b""
    async for message in stream:
        got += message.bytes
        if len(got) >= wanted:
            break
    return got


def check(what, holds, shown):
    if not holds:
        raise SystemExit(f"{what}: unexpected {shown!r}")
    print(f"    {what}: {str(shown)[:70]}")


async def main():
    endpoint, fields = talosconfig(sys.argv[1])
    host, _, port = endpoint.rpartition(":")
    channel = Channel(host, int(port), ssl=tls(fields))
    node = MachineServiceStub(channel, timeout=60)
    try:
        version = (await node.version(Empty())).messages[0]
        check("version", version.version.tag.startswith("v1."), version.version.tag)
        services = [service.id for service in (await node.service_list(Empty())).messages[0].services]
        check("services", {"apid", "etcd", "kubelet"} <= set(services), services)
        kernel = await first(node.dmesg(DmesgRequest()), 2000)
        # A container's log is that of the node's own daemon, a machine's begins with the kernel.
        check("dmesg", b"Linux version" in kernel or b"starting version" in kernel, kernel[:60])
        request = LogsRequest(namespace="system", id="kubelet", driver=ContainerDriver.CONTAINERD, tail_lines=5)
        check("logs", len(await first(node.logs(request), 20)) >= 20, "some lines")
        processes = (await node.processes(Empty())).messages[0].processes
        check("processes", any("kube-apiserver" in one.args for one in processes), len(processes))
        memory = (await node.memory(Empty())).messages[0].meminfo
        check("memory", memory.memtotal > 1 << 20, memory.memtotal)
        names = [entry.name async for entry in node.list(ListRequest(root="/"))]
        check("list", any(name.endswith("usr") for name in names), names)
        members = (await node.etcd_member_list(EtcdMemberListRequest())).messages[0].members
        check("etcd members", len(members) == 1, members[0].hostname)
        kubeconfig = await first(node.kubeconfig(Empty()), 1 << 20)
        check("kubeconfig", len(kubeconfig) > 500, len(kubeconfig))
    finally:
        channel.close()


asyncio.run(main())
