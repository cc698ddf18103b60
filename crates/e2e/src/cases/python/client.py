"""Asks a node everything that an operator's script would, with upstream's bindings as they are."""

import asyncio
import sys

from betterproto.lib.google.protobuf import Empty
from talos_linux_api.v1_6_0.common import ContainerDriver
from talos_linux_api.v1_6_0.machine import (
    DmesgRequest,
    EtcdMemberListRequest,
    ListRequest,
    LogsRequest,
    MachineServiceStub,
)

from node import connect


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
    channel = connect(sys.argv[1])
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
