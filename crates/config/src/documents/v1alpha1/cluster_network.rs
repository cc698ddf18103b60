use super::{Arguments, effects};
use crate::schema::{Effect, section};

section! {
    /// The networks of pods and services.
    pub struct ClusterNetwork {
        /// What connects pods across machines. Its objects are made once, with the cluster.
        "cni" => cni: Option<Cni> [effect(Effect::Bootstrap)],
        /// The domain of services' names. A cluster's DNS that is there already keeps the domain that it was made
        /// with.
        "dnsDomain" => dns_domain: String
            [default("cluster.local")] [example("cellar.internal")] [effect(effects::KUBELET)],
        /// The networks that pods get their addresses from: one, or one of each family. Not to be changed once there
        /// are nodes.
        "podSubnets" => pod_subnets: Vec<String>
            [default("10.244.0.0/16")] [example("[10.244.0.0/16]")] [replace] [effect(effects::CONTROLLER_MANAGER)],
        /// The networks that services get their addresses from: one, or one of each family. Not to be changed once
        /// there are services.
        "serviceSubnets" => service_subnets: Vec<String>
            [default("10.96.0.0/12")] [example("[10.96.0.0/12]")] [replace]
            [effect(Effect::Restarts(&["kube-apiserver", "kube-controller-manager", "kubelet"]))],
    }
}

section! {
    /// What connects pods across machines.
    pub struct Cni {
        /// `flannel` comes with the system, `custom` from the manifests of `urls`, and with `none` somebody else
        /// brings it.
        "name" => name: String [values(&["flannel", "custom", "none"])] [default("flannel")] [example("none")],
        /// URLs of manifests. Only with `custom`.
        "urls" => urls: Vec<String> [example("[\"https://example.org/cni.yaml\"]")] [idle],
        /// Settings of flannel. Only with `flannel`.
        "flannel" => flannel: Option<FlannelCni>,
    }
}

section! {
    /// Settings of flannel.
    pub struct FlannelCni {
        /// Further arguments of its daemon, with dashes.
        "extraArgs" => extra_args: Vec<String> [example("[--iface-can-reach=192.0.2.1]")],
        /// Runs `kube-network-policies` beside it, so that NetworkPolicy objects act.
        "kubeNetworkPoliciesEnabled" => kube_network_policies_enabled: Option<bool> [default("false")],
    }
}

section! {
    /// kube-proxy.
    pub struct Proxy {
        /// True leaves it out, for a CNI that does its work.
        "disabled" => disabled: Option<bool> [default("false")],
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/kube-proxy of the release that this system is made for")]
            [example("registry.k8s.io/kube-proxy:v1.36.3")],
        /// By what it works: `nftables`, `iptables` or `ipvs`.
        "mode" => mode: String [default("nftables, before Kubernetes 1.31 iptables")] [example("nftables")],
        /// Flags of its command line, without dashes; a list gives a flag several times. `kubeconfig` is refused.
        "extraArgs" => extra_args: Arguments [example("{v: \"4\"}")],
    }
}

section! {
    /// The cluster's DNS.
    pub struct CoreDns {
        /// True leaves it out.
        "disabled" => disabled: Option<bool> [default("false")],
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/coredns/coredns of the release that this system is made for")]
            [example("registry.k8s.io/coredns/coredns:v1.14.6")],
    }
}
