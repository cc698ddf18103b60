"""Lists resources through `cosi.resource.State`, which the bindings do not have."""

from dataclasses import dataclass
from typing import List

import betterproto


@dataclass(eq=False, repr=False)
class Metadata(betterproto.Message):
    namespace: str = betterproto.string_field(1)
    type: str = betterproto.string_field(2)
    id: str = betterproto.string_field(3)


@dataclass(eq=False, repr=False)
class Spec(betterproto.Message):
    proto_spec: bytes = betterproto.bytes_field(1)
    yaml_spec: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Resource(betterproto.Message):
    metadata: "Metadata" = betterproto.message_field(1)
    spec: "Spec" = betterproto.message_field(2)


@dataclass(eq=False, repr=False)
class ListRequest(betterproto.Message):
    namespace: str = betterproto.string_field(1)
    type: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class ListResponse(betterproto.Message):
    resource: "Resource" = betterproto.message_field(1)


class State(betterproto.ServiceStub):
    async def list(self, namespace, kind) -> List[Resource]:
        request = ListRequest(namespace=namespace, type=kind)
        answers = self._unary_stream("/cosi.resource.State/List", request, ListResponse)
        return [answer.resource async for answer in answers]


@dataclass(eq=False, repr=False)
class NamespaceSpec(betterproto.Message):
    description: str = betterproto.string_field(1)


class Sensitivity(betterproto.Enum):
    NON_SENSITIVE = 0
    SENSITIVE = 1


@dataclass(eq=False, repr=False)
class PrintColumn(betterproto.Message):
    name: str = betterproto.string_field(1)
    json_path: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class ResourceDefinitionSpec(betterproto.Message):
    type: str = betterproto.string_field(1)
    display_type: str = betterproto.string_field(2)
    default_namespace: str = betterproto.string_field(3)
    aliases: List[str] = betterproto.string_field(4)
    all_aliases: List[str] = betterproto.string_field(5)
    print_columns: List["PrintColumn"] = betterproto.message_field(6)
    sensitivity: "Sensitivity" = betterproto.enum_field(7)
