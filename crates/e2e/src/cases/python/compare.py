"""Compares a decoded message with the YAML of the same resource, field by field."""

from datetime import datetime, timedelta

import betterproto
from betterproto.lib.google.protobuf import Struct
from talos_linux_api.v1_6_0 import common

from forms import (
    FLAGS,
    TEXTS,
    bits,
    go_duration,
    interval,
    member,
    moment,
    normal,
    normal_member,
    octets,
    plain,
    read_yaml,
)

# Fields whose YAML key is not the name in the bindings, by message and field.
KEYS = {
    ("ApiServerConfigSpec", "service_cid_rs"): "serviceCIDR",
    ("BondMasterSpec", "hash_policy"): "xmitHashPolicy",
    ("BondMasterSpec", "primary_index"): "primary",
    ("BondMasterSpec", "tlb_dynamic_lb"): "tlbLogicalLb",
    ("BootstrapManifestsConfigSpec", "server"): "string",
    ("ControlPlane", "api_server_port"): "port",
    ("KernelModuleSpecSpec", "name"): "string",
    ("KubernetesRootSpec", "ca"): "issuingCA",
    ("LinkStatusSpec", "speed_megabits"): "speedMbit",
    ("MemoryModuleSpec", "size"): "sizeMiB",
    ("MemorySpec", "mem_available"): "available",
    ("MemorySpec", "mem_total"): "total",
    ("MemorySpec", "mem_used"): "used",
    ("NfTablesIfNameMatch", "interface_names"): "interfaceName",
    ("NfTablesRule", "anon_counter"): "anonymousCounter",
    ("OsRootSpec", "ca"): "issuingCA",
    ("ProcessorSpec", "boot_speed"): "bootSpeedMhz",
    ("ProcessorSpec", "max_speed"): "maxSpeedMhz",
    ("RouteSpecSpec", "destination"): "dst",
    ("RouteSpecSpec", "source"): "src",
    ("RouteStatusSpec", "destination"): "dst",
    ("RouteStatusSpec", "source"): "src",
    ("TimeServerSpecSpec", "ntp_servers"): "timeServers",
    ("TimeServerStatusSpec", "ntp_servers"): "timeServers",
    ("VlanSpec", "protocol"): "vlanProtocol",
    ("VlanSpec", "vid"): "vlanID",
}

# Fields of v1.6 that v1.13 does not have, or has under another number: none may be on the wire.
RETIRED = {
    ("ApiCertsSpec", "ca"),
    ("ApiServerConfigSpec", "extra_args"),
    ("ApiServerConfigSpec", "pod_security_policy_enabled"),
    ("BootstrapManifestsConfigSpec", "flannel_cni_image"),
    ("ConfigSpec", "extra_args"),
    ("ControllerManagerConfigSpec", "extra_args"),
    ("KubeletConfigSpec", "extra_args"),
    ("KubeletSpec", "ca"),
    ("SchedulerConfigSpec", "extra_args"),
    ("SpecSpec", "extra_args"),
    ("TrustdCertsSpec", "ca"),
}

# Fields later than v1.6 that YAML shows and the wire does not have: zero, or without a number in the contract.
NOT_ON_WIRE = {
    ("NodeAddressSpec", "sortAlgorithm"): "v1",
    ("ResourceDefinitionSpec", "skipAutomaticAliases"): True,
}

# Fields that YAML leaves out, as upstream's: its encoder takes a single address that may be absent for absent.
NOT_IN_YAML = {("AddressStatusSpec", field) for field in ("local", "broadcast", "anycast", "multicast")}

# Messages whose fields stand among those of the message that has them.
INLINE = {("LinkSpecSpec", "bond_slave")}

# Messages whose YAML is that of their only field.
TRANSPARENT = {
    "MachineConfigSpec",
    "MachineTypeSpec",
    "ManifestSpec",
    "SingleManifest",
    "StaticPodSpec",
    "StaticPodStatusSpec",
}


class Comparison:
    """Counts the fields that were compared, and names those that differ."""

    def __init__(self, of, secret):
        self.of = of
        self.secret = secret
        self.fields = 0
        # Empty on both sides.
        self.empty = 0
        self.differences = []

    def spec(self, message, shown):
        self.message("", message, shown)

    def message(self, path, message, shown):
        name = type(message).__name__
        if name in TRANSPARENT:
            (field,) = message._betterproto.meta_by_field_name
            return self.field(path, message, field, shown)
        if name == "DeviceConfigSpecSpec":
            return self.equal(path, read_yaml(message.yaml_marshalled), shown["device"])
        if shown is None:
            shown = {}
        if not isinstance(shown, dict):
            return self.differ(path, message, shown)
        self.later_fields(path, message, self.known_fields(path, message, shown))

    def known_fields(self, path, message, shown):
        """Returns what YAML has beside them."""
        name = type(message).__name__
        keys = {normal(key): key for key in shown}
        for field in message._betterproto.meta_by_field_name:
            below = f"{path}.{field}"
            if (name, field) in INLINE:
                rest = self.known_fields(below, getattr(message, field), {key: shown[key] for key in keys.values()})
                keys = {normal(key): key for key in rest}
                continue
            key = None if (name, field) in RETIRED else keys.pop(normal(yaml_key(name, field)), None)
            if key is not None:
                self.field(below, message, field, shown[key])
            elif is_zero(message, field) or (name, field) in NOT_IN_YAML:
                self.empty += 1
            else:
                self.differ(below, getattr(message, field), None)
        return {key: shown[key] for key in keys.values()}

    def later_fields(self, path, message, shown):
        """Fields that the bindings do not know: what the YAML shows has to be on the wire, and nothing else."""
        on_wire = {field.number for field in betterproto.parse_fields(message._unknown_fields)}
        zero = {key for key, value in shown.items() if NOT_ON_WIRE.get((type(message).__name__, key)) == value}
        filled = [key for key, value in shown.items() if key not in zero and not is_empty(value)]
        if not len(filled) <= len(on_wire) <= len(shown):
            self.differ(path, f"unknown fields {sorted(on_wire)}", shown)

    def field(self, path, message, field, shown):
        value = getattr(message, field)
        if isinstance(value, list):
            self.items(path, message, field, value, shown)
        elif isinstance(value, dict):
            self.equal(path, value, shown or {}, empty=not value)
        elif message._betterproto.meta_by_field_name[field].proto_type == "message" and is_zero(message, field):
            self.absent(path, value, shown)
        else:
            self.value(path, message, field, value, shown)

    def items(self, path, message, field, values, shown):
        shown = shown or []
        if not isinstance(shown, list) or len(values) != len(shown):
            return self.differ(path, values, shown)
        for index, (value, one) in enumerate(zip(values, shown)):
            self.value(f"{path}[{index}]", message, field, value, one)
        if not values:
            self.empty += 1

    def absent(self, path, value, shown):
        """A message that is not on the wire."""
        if isinstance(shown, dict) and not isinstance(value, (Struct, common.Url)):
            self.message(path, value, shown)
        else:
            self.equal(path, True, is_empty(shown) or shown == go_duration(value), empty=True)

    def value(self, path, message, field, value, shown):
        """One value that is there."""
        kind = message._betterproto.cls_by_field[field]
        names = FLAGS.get((type(message).__name__, field))
        if isinstance(value, Struct):
            self.equal(path, plain(value), shown or {})
        elif names is not None:
            self.equal(path, value, bits(names, shown))
        elif isinstance(kind, type) and issubclass(kind, betterproto.Enum):
            self.equal(path, member(kind, value), normal_member(kind, shown))
        elif isinstance(value, betterproto.Message) and not isinstance(value, tuple(TEXTS)):
            self.message(path, value, shown)
        elif isinstance(value, tuple(TEXTS)):
            self.equal(path, *TEXTS[type(value)](value, shown))
        elif isinstance(value, bytes):
            self.equal(path, value, octets(field, shown))
        elif isinstance(value, timedelta):
            self.equal(path, value, interval(shown))
        elif isinstance(value, datetime):
            self.equal(path, value, moment(shown))
        elif type(value) in (bool, int, float, str):
            same = type(shown) is type(value) or (isinstance(value, float) and type(shown) is int)
            self.equal(path, value, shown if same else repr(shown), empty=not value)
        else:
            self.differ(path, f"{type(value).__name__}, which this script cannot compare", shown)

    def equal(self, path, value, shown, empty=False):
        if value == shown:
            self.empty += empty
            self.fields += not empty
        else:
            self.differ(path, value, shown)

    def differ(self, path, value, shown):
        values = "" if self.secret else f": bytes {value!r:.200}, YAML {shown!r:.200}"
        self.differences.append(f"{self.of}{path} differs{values}")


def yaml_key(message, field):
    return KEYS.get((message, field), "layer" if field == "config_layer" else field)


def is_zero(message, field):
    """Whether the wire does not have this field."""
    value = getattr(message, field)
    if isinstance(value, betterproto.Message):
        return not betterproto.serialized_on_wire(value)
    return not value or value == message._get_field_default(field)


def is_empty(shown):
    """Whether YAML shows nothing."""
    if isinstance(shown, dict):
        return all(is_empty(value) for value in shown.values())
    return not shown
