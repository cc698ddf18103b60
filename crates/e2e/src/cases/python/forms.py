"""The forms in which YAML shows what a message has: addresses, durations, names of enumerations."""

import base64
import ipaddress
import os
import re
from datetime import datetime, timedelta, timezone

import betterproto
import yaml
from betterproto.lib.google.protobuf import Value
from talos_linux_api.v1_6_0 import common
from talos_linux_api.v1_6_0.talos.resource.definitions import enums

# Numbers whose YAML is a list of names.
LINK_FLAGS = (
    "up broadcast debug loopback pointtopoint notrailers running noarp promisc allmulti master slave multicast portsel "
    "automedia dynamic lowerup dormant echo"
).split()
FLAGS = {
    ("AddressSpecSpec", "flags"): enums.NethelpersAddressFlag,
    ("AddressStatusSpec", "flags"): enums.NethelpersAddressFlag,
    ("LinkStatusSpec", "flags"): {name: 1 << bit for bit, name in enumerate(LINK_FLAGS)},
    ("RouteSpecSpec", "flags"): enums.NethelpersRouteFlag,
    ("RouteStatusSpec", "flags"): enums.NethelpersRouteFlag,
}

HARDWARE_ADDRESSES = {"hardware_addr", "permanent_addr", "broadcast_addr"}

# Enumerations whose members do not begin with the same word and an underscore.
PREFIXES = {
    "NethelpersLinkType": "link",
    "NethelpersBondMode": "bondmode",
    "NethelpersBondXmitHashPolicy": "bondxmitpolicy",
    "NethelpersVlanProtocol": "vlanprotocol",
}
# The YAML of members that their name does not show.
MEMBERS = {
    ("NethelpersLinkType", "loopback"): "loopbck",
    ("NethelpersBondMode", "balance-rr"): "roundrobin",
    ("NethelpersBondMode", "balance-xor"): "xor",
    ("NethelpersBondMode", "balance-tlb"): "tlb",
    ("NethelpersBondMode", "balance-alb"): "alb",
    ("NethelpersMatchOperator", "=="): "equal",
    ("NethelpersMatchOperator", "!="): "notequal",
    ("NetworkConfigLayer", "configuration"): "machineconfiguration",
}

UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


class Loader(yaml.SafeLoader):
    """Reads the scalars of YAML 1.2: no timestamps, no `12:34:56` as a number, no `on` as a boolean."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("null", "~|null|", ["~", "n", ""]),
    ("bool", "true|false", list("tf")),
    ("int", "[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def read_yaml(text):
    return yaml.load(text, Loader)


def normal(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def plain(struct):
    return {key: plain_value(value) for key, value in struct.fields.items()}


def plain_value(value: Value):
    kind, content = betterproto.which_one_of(value, "kind")
    if kind == "struct_value":
        return plain(content)
    if kind == "list_value":
        return [plain_value(item) for item in content.values]
    return None if kind == "null_value" else content


def bits(names, shown):
    if not isinstance(names, dict):
        prefix = shared_prefix(names)
        names = {normal(one.name).removeprefix(prefix): one.value for one in names}
    total = 0
    for flag in re.split(r"[,|]", shown) if shown else []:
        total |= names.get(normal(flag), 1 << 63)
    return total


def shared_prefix(kind):
    if kind.__name__ in PREFIXES:
        return PREFIXES[kind.__name__]
    names = [one.name for one in kind if not one.name.endswith("_UNSPECIFIED")]
    shared = os.path.commonprefix(names)
    return normal(shared[: shared.rfind("_") + 1])


def member(kind, value):
    name = kind.try_value(value).name
    return normal(name).removeprefix(shared_prefix(kind)) if name else value


def normal_member(kind, shown):
    if not isinstance(shown, str):
        return repr(shown)
    return MEMBERS.get((kind.__name__, shown), normal(shown))


def octets(field, shown):
    if isinstance(shown, list):
        return bytes(shown)
    if field in HARDWARE_ADDRESSES:
        return bytes.fromhex(shown.replace(":", ""))
    return shown.encode() if isinstance(shown, str) else repr(shown)


def interval(shown):
    """Go's `1h2m3.5s`, as exact as Python's own type: to a microsecond."""
    if not isinstance(shown, str) or not re.fullmatch(r"-?([0-9.]+(h|ms|m|s|us|µs|ns))+|0", shown):
        return repr(shown)
    parts = re.findall(r"([0-9.]+)(h|ms|m|s|us|µs|ns)", shown)
    total = sum(float(number) * UNITS[unit] for number, unit in parts)
    return timedelta(seconds=-total if shown.startswith("-") else total)


def go_duration(value):
    return "0s" if isinstance(value, timedelta) else None


def moment(shown):
    parsed = datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]*", r"\1", str(shown)).replace("Z", "+00:00"))
    return parsed.astimezone(timezone.utc)


def address(octets_of_it):
    return str(ipaddress.ip_address(octets_of_it)) if octets_of_it else ""


def prefix_text(value):
    return f"{address(value.ip)}/{value.prefix_length}"


def port_text(value):
    return f"[{address(value.ip)}]:{value.port}" if len(value.ip) == 16 else f"{address(value.ip)}:{value.port}"


def url_text(shown):
    if not isinstance(shown, dict):
        return shown
    query = f"?{shown['rawquery']}" if shown["rawquery"] else ""
    fragment = f"#{shown['fragment']}" if shown["fragment"] else ""
    before = f"{shown['scheme']}://{shown['host']}" if shown["host"] else ""
    return f"{before}{shown['path']}{query}{fragment}"


def pem(value, shown):
    """Both halves at once: a certificate without its key is a difference as well."""
    halves = [half for half in ("crt", "key") if hasattr(value, half)]
    return [getattr(value, half) for half in halves], [base64.b64decode((shown or {}).get(half, "")) for half in halves]


# Messages that YAML shows in another form: what both sides are to be compared as.
TEXTS = {
    common.NetIp: lambda value, shown: (address(value.ip), shown or ""),
    common.NetIpPrefix: lambda value, shown: (prefix_text(value) if value.ip else "", shown or ""),
    common.NetIpPort: lambda value, shown: (port_text(value) if value.ip else "", shown or ""),
    common.Url: lambda value, shown: (value.full_path, url_text(shown)),
    common.PemEncodedCertificateAndKey: pem,
    common.PemEncodedKey: pem,
}
