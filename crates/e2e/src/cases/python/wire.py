"""Decodes the protobuf bytes of every resource with upstream's bindings, and compares them with the YAML."""

import asyncio
import sys
from collections import Counter

from talos_linux_api.v1_6_0.resource.config import MachineConfigSpec, MachineTypeSpec
from talos_linux_api.v1_6_0.resource.network import DeviceConfigSpecSpec
from talos_linux_api.v1_6_0.talos.resource.definitions import (
    cluster,
    cri,
    etcd,
    extensions,
    files,
    hardware,
    k8s,
    kubeaccess,
    kubespan,
    network,
    perf,
    runtime,
    secrets,
    siderolink,
    time,
    v1alpha1,
)

import cosi
from compare import Comparison
from forms import read_yaml
from node import connect

DEFINITIONS = ("meta", "ResourceDefinitions.meta.cosi.dev")
# Where types of a namespace have resources as well.
OTHER_NAMESPACES = {"network": ["network-config"]}
# So many types have content on any node.
ENOUGH_TYPES = 40

# The message of each type. The bindings are of v1.6, and lack later types.
MESSAGES = {
    "Namespaces.meta.cosi.dev": cosi.NamespaceSpec,
    "ResourceDefinitions.meta.cosi.dev": cosi.ResourceDefinitionSpec,
    "Affiliates.cluster.talos.dev": cluster.AffiliateSpec,
    "DiscoveryConfigs.cluster.talos.dev": cluster.ConfigSpec,
    "Identities.cluster.talos.dev": cluster.IdentitySpec,
    "Infos.cluster.talos.dev": cluster.InfoSpec,
    "KubernetesAccessConfigs.cluster.talos.dev": kubeaccess.ConfigSpec,
    "Members.cluster.talos.dev": cluster.MemberSpec,
    "MachineConfigs.config.talos.dev": MachineConfigSpec,
    "MachineTypes.config.talos.dev": MachineTypeSpec,
    "SeccompProfiles.cri.talos.dev": cri.SeccompProfileSpec,
    "EtcdConfigs.etcd.talos.dev": etcd.ConfigSpec,
    "EtcdMembers.etcd.talos.dev": etcd.MemberSpec,
    "EtcdSpecs.etcd.talos.dev": etcd.SpecSpec,
    "PKIStatuses.etcd.talos.dev": etcd.PkiStatusSpec,
    "EtcFileSpecs.files.talos.dev": files.EtcFileSpecSpec,
    "EtcFileStatuses.files.talos.dev": files.EtcFileStatusSpec,
    "MemoryModules.hardware.talos.dev": hardware.MemoryModuleSpec,
    "Processors.hardware.talos.dev": hardware.ProcessorSpec,
    "SystemInformations.hardware.talos.dev": hardware.SystemInformationSpec,
    "NodeLabelSpecs.k8s.talos.dev": k8s.NodeLabelSpecSpec,
    "NodeTaintSpecs.k8s.talos.dev": k8s.NodeTaintSpecSpec,
    "APIServerConfigs.kubernetes.talos.dev": k8s.ApiServerConfigSpec,
    "AdmissionControlConfigs.kubernetes.talos.dev": k8s.AdmissionControlConfigSpec,
    "AuditPolicyConfigs.kubernetes.talos.dev": k8s.AuditPolicyConfigSpec,
    "BootstrapManifestsConfigs.kubernetes.talos.dev": k8s.BootstrapManifestsConfigSpec,
    "ConfigStatuses.kubernetes.talos.dev": k8s.ConfigStatusSpec,
    "ControllerManagerConfigs.kubernetes.talos.dev": k8s.ControllerManagerConfigSpec,
    "Endpoints.kubernetes.talos.dev": k8s.EndpointSpec,
    "ExtraManifestsConfigs.kubernetes.talos.dev": k8s.ExtraManifestsConfigSpec,
    "KubePrismConfigs.kubernetes.talos.dev": k8s.KubePrismConfigSpec,
    "KubePrismEndpoints.kubernetes.talos.dev": k8s.KubePrismEndpointsSpec,
    "KubePrismStatuses.kubernetes.talos.dev": k8s.KubePrismStatusesSpec,
    "KubeletConfigs.kubernetes.talos.dev": k8s.KubeletConfigSpec,
    "KubeletSpecs.kubernetes.talos.dev": k8s.KubeletSpecSpec,
    "ManifestStatuses.kubernetes.talos.dev": k8s.ManifestStatusSpec,
    "Manifests.kubernetes.talos.dev": k8s.ManifestSpec,
    "NodeIPConfigs.kubernetes.talos.dev": k8s.NodeIpConfigSpec,
    "NodeIPs.kubernetes.talos.dev": k8s.NodeIpSpec,
    "NodeStatuses.kubernetes.talos.dev": k8s.NodeStatusSpec,
    "Nodenames.kubernetes.talos.dev": k8s.NodenameSpec,
    "SchedulerConfigs.kubernetes.talos.dev": k8s.SchedulerConfigSpec,
    "SecretStatuses.kubernetes.talos.dev": k8s.SecretsStatusSpec,
    "StaticPodServerStatuses.kubernetes.talos.dev": k8s.StaticPodServerStatusSpec,
    "StaticPodStatuses.kubernetes.talos.dev": k8s.StaticPodStatusSpec,
    "StaticPods.kubernetes.talos.dev": k8s.StaticPodSpec,
    "KubeSpanConfigs.kubespan.talos.dev": kubespan.ConfigSpec,
    "KubeSpanEndpoints.kubespan.talos.dev": kubespan.EndpointSpec,
    "KubeSpanIdentities.kubespan.talos.dev": kubespan.IdentitySpec,
    "KubeSpanPeerSpecs.kubespan.talos.dev": kubespan.PeerSpecSpec,
    "KubeSpanPeerStatuses.kubespan.talos.dev": kubespan.PeerStatusSpec,
    "AddressSpecs.net.talos.dev": network.AddressSpecSpec,
    "AddressStatuses.net.talos.dev": network.AddressStatusSpec,
    "DeviceConfigSpecs.net.talos.dev": DeviceConfigSpecSpec,
    "HardwareAddresses.net.talos.dev": network.HardwareAddrSpec,
    "HostnameSpecs.net.talos.dev": network.HostnameSpecSpec,
    "HostnameStatuses.net.talos.dev": network.HostnameStatusSpec,
    "LinkRefreshes.net.talos.dev": network.LinkRefreshSpec,
    "LinkSpecs.net.talos.dev": network.LinkSpecSpec,
    "LinkStatuses.net.talos.dev": network.LinkStatusSpec,
    "NetworkStatuses.net.talos.dev": network.StatusSpec,
    "NfTablesChains.net.talos.dev": network.NfTablesChainSpec,
    "NodeAddressFilters.net.talos.dev": network.NodeAddressFilterSpec,
    "NodeAddresses.net.talos.dev": network.NodeAddressSpec,
    "OperatorSpecs.net.talos.dev": network.OperatorSpecSpec,
    "ProbeSpecs.net.talos.dev": network.ProbeSpecSpec,
    "ProbeStatuses.net.talos.dev": network.ProbeStatusSpec,
    "ResolverSpecs.net.talos.dev": network.ResolverSpecSpec,
    "ResolverStatuses.net.talos.dev": network.ResolverStatusSpec,
    "RouteSpecs.net.talos.dev": network.RouteSpecSpec,
    "RouteStatuses.net.talos.dev": network.RouteStatusSpec,
    "TimeServerSpecs.net.talos.dev": network.TimeServerSpecSpec,
    "TimeServerStatuses.net.talos.dev": network.TimeServerStatusSpec,
    "CPUStats.perf.talos.dev": perf.CpuSpec,
    "MemoryStats.perf.talos.dev": perf.MemorySpec,
    "DevicesStatuses.runtime.talos.dev": runtime.DevicesStatusSpec,
    "EventSinkConfigs.runtime.talos.dev": runtime.EventSinkConfigSpec,
    "ExtensionStatuses.runtime.talos.dev": extensions.Layer,
    "KernelModuleSpecs.runtime.talos.dev": runtime.KernelModuleSpecSpec,
    "KernelParamDefaultSpecs.runtime.talos.dev": runtime.KernelParamSpecSpec,
    "KernelParamSpecs.runtime.talos.dev": runtime.KernelParamSpecSpec,
    "KernelParamStatuses.runtime.talos.dev": runtime.KernelParamStatusSpec,
    "KmsgLogConfigs.runtime.talos.dev": runtime.KmsgLogConfigSpec,
    "MachineStatuses.runtime.talos.dev": runtime.MachineStatusSpec,
    "MaintenanceServiceConfigs.runtime.talos.dev": runtime.MaintenanceServiceConfigSpec,
    "MetaKeys.runtime.talos.dev": runtime.MetaKeySpec,
    "MetaLoads.runtime.talos.dev": runtime.MetaLoadedSpec,
    "MountStatuses.runtime.talos.dev": runtime.MountStatusSpec,
    "UniqueMachineTokens.runtime.talos.dev": runtime.UniqueMachineTokenSpec,
    "PlatformMetadatas.talos.dev": runtime.PlatformMetadataSpec,
    "SecurityStates.talos.dev": runtime.SecurityStateSpec,
    "ApiCertificates.secrets.talos.dev": secrets.ApiCertsSpec,
    "CertSANs.secrets.talos.dev": secrets.CertSanSpec,
    "EtcdRootSecrets.secrets.talos.dev": secrets.EtcdRootSpec,
    "EtcdSecrets.secrets.talos.dev": secrets.EtcdCertsSpec,
    "KubeletSecrets.secrets.talos.dev": secrets.KubeletSpec,
    "KubernetesDynamicCerts.secrets.talos.dev": secrets.KubernetesDynamicCertsSpec,
    "KubernetesRootSecrets.secrets.talos.dev": secrets.KubernetesRootSpec,
    "KubernetesSecrets.secrets.talos.dev": secrets.KubernetesCertsSpec,
    "MaintenanceRootSecrets.secrets.talos.dev": secrets.MaintenanceRootSpec,
    "OSRootSecrets.secrets.talos.dev": secrets.OsRootSpec,
    "TrustdCertificates.secrets.talos.dev": secrets.TrustdCertsSpec,
    "SiderolinkConfigs.siderolink.talos.dev": siderolink.ConfigSpec,
    "AdjtimeStatuses.v1alpha1.talos.dev": time.AdjtimeStatusSpec,
    "TimeStatuses.v1alpha1.talos.dev": time.StatusSpec,
    "Services.v1alpha1.talos.dev": v1alpha1.ServiceSpec,
}


async def every_item(state):
    """Yields each resource of each registered type in the type's namespaces, and whether it is sensitive."""
    for definition in await state.list(*DEFINITIONS):
        fields = read_yaml(definition.spec.yaml_spec)
        own = fields["defaultNamespace"]
        for namespace in [own, *OTHER_NAMESPACES.get(own, [])]:
            for item in await state.list(namespace, fields["type"]):
                yield item, fields.get("sensitivity") == "sensitive"


async def main():
    channel = connect(sys.argv[1])
    compared, unknown, differences, fields, empty = Counter(), Counter(), [], 0, 0
    try:
        async for item, secret in every_item(cosi.State(channel, timeout=60)):
            kind = item.metadata.type
            if kind not in MESSAGES:
                unknown[kind] += 1
                continue
            comparison = Comparison(f"{kind} {item.metadata.id}", secret)
            comparison.spec(MESSAGES[kind]().parse(item.spec.proto_spec), read_yaml(item.spec.yaml_spec))
            compared[kind] += 1
            fields += comparison.fields
            empty += comparison.empty
            differences += comparison.differences
    finally:
        channel.close()
    print(f"    {len(compared)} types, {compared.total()} items, {fields} fields with a value, {empty} without")
    print(f"    {len(unknown)} types with content that the bindings do not have: {', '.join(sorted(unknown))}")
    if differences:
        raise SystemExit("\n".join(differences))
    if len(compared) < ENOUGH_TYPES:
        raise SystemExit(f"only {len(compared)} types were compared, {ENOUGH_TYPES} are expected: {sorted(compared)}")


asyncio.run(main())
