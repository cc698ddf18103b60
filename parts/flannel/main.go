// flanneld for a Minos node: leases from Kubernetes and nftables. Its flags are those of flannel's own program, so that a
// manifest written for that runs it unchanged; what belongs to etcd and to other packet filters is not here.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/extension"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	_ "github.com/flannel-io/flannel/pkg/backend/wireguard"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/ipmatch"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/subnet/kube"
	"github.com/flannel-io/flannel/pkg/trafficmngr/nftables"
	"k8s.io/klog/v2"
)

type texts []string

func (t *texts) String() string { return strings.Join(*t, ",") }

func (t *texts) Set(text string) error {
	*t = append(*t, text)

	return nil
}

type options struct {
	kubeSubnetMgr, masquerade, plainMasquerade, forward, blackhole, setNetworkUnavailable, version bool

	apiURL, kubeconfig, annotationPrefix string
	netConfig, subnetFile                string
	canReach, publicIP, publicIPv6       string
	healthIP                             string
	iface, ifaceRegex                    texts
	resync, healthPort                   int
}

func parse() options {
	var opts options

	flag.BoolVar(&opts.kubeSubnetMgr, "kube-subnet-mgr", false, "take leases from Kubernetes; there is no other way here")
	flag.BoolVar(&opts.masquerade, "ip-masq", false, "masquerade what leaves the pods' network")
	flag.BoolVar(&opts.plainMasquerade, "ip-masq-fully-random-disable", false, "keep source ports when masquerading, where possible")
	flag.BoolVar(&opts.forward, "iptables-forward-rules", true, "accept forwarded packets of the pods' network")
	flag.BoolVar(&opts.blackhole, "ip-blackhole-route", false, "drop packets to this node's addresses that no pod has")
	flag.BoolVar(&opts.setNetworkUnavailable, "set-node-network-unavailable", true, "report to Kubernetes that the network is there")
	flag.StringVar(&opts.apiURL, "kube-api-url", "", "address of the API server (default: that of the cluster)")
	flag.StringVar(&opts.kubeconfig, "kubeconfig-file", "", "kubeconfig (default: the pod's service account)")
	flag.StringVar(&opts.annotationPrefix, "kube-annotation-prefix", "flannel.alpha.coreos.com", "prefix of the nodes' annotations")
	flag.StringVar(&opts.netConfig, "net-config-path", "/etc/kube-flannel/net-conf.json", "network configuration")
	flag.StringVar(&opts.subnetFile, "subnet-file", "/run/flannel/subnet.env", "file that gets this node's subnet")
	flag.Var(&opts.iface, "iface", "interface, or its address, for traffic between nodes; the first that is there (default: that of the default route)")
	flag.Var(&opts.ifaceRegex, "iface-regex", "the same as a regular expression, asked after --iface")
	flag.StringVar(&opts.canReach, "iface-can-reach", "", "the interface that packets to this address take")
	flag.StringVar(&opts.publicIP, "public-ip", "", "address at which other nodes reach this one")
	flag.StringVar(&opts.publicIPv6, "public-ipv6", "", "the same for IPv6")
	flag.IntVar(&opts.resync, "iptables-resync", 5, "how often the route of --ip-blackhole-route is set again, in seconds; rules of nftables need none")
	flag.Int("subnet-lease-renew-margin", 60, "without effect: leases from Kubernetes are not renewed")
	flag.BoolVar(&opts.version, "version", false, "print flannel's version")
	flag.StringVar(&opts.healthIP, "healthz-ip", "0.0.0.0", "address of /healthz and /readyz")
	flag.IntVar(&opts.healthPort, "healthz-port", 0, "port of /healthz and /readyz; 0 for none")
	klog.InitFlags(nil)
	flag.Parse()

	return opts
}

func main() {
	opts := parse()

	if opts.version {
		fmt.Println(version())

		return
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, opts); err != nil {
		klog.ErrorS(err, "flannel failed")
		os.Exit(1)
	}
}

// version is that of the flannel module in this program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/flannel-io/flannel" {
				return module.Version
			}
		}
	}

	return "unknown"
}

func run(ctx context.Context, opts options) error {
	if !opts.kubeSubnetMgr {
		return errors.New("--kube-subnet-mgr is missing: leases come from Kubernetes only")
	}

	var ready atomic.Bool
	if opts.healthPort > 0 {
		go serveHealth(net.JoinHostPort(opts.healthIP, strconv.Itoa(opts.healthPort)), &ready)
	}

	manager, err := kube.NewSubnetManager(ctx,
		opts.apiURL, opts.kubeconfig, opts.annotationPrefix, opts.netConfig, opts.setNetworkUnavailable)
	if err != nil {
		return fmt.Errorf("cannot reach Kubernetes: %w", err)
	}

	config, err := manager.GetNetworkConfig(ctx)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", opts.netConfig, err)
	}

	external, err := externalInterface(ctx, opts, manager, config)
	if err != nil {
		return fmt.Errorf("cannot choose an interface: %w", err)
	}

	kind, err := backend.NewManager(ctx, manager, external).GetBackend(config.BackendType)
	if err != nil {
		return fmt.Errorf("no backend %q: %w", config.BackendType, err)
	}

	var workers sync.WaitGroup

	network, err := kind.RegisterNetwork(ctx, &workers, config)
	if err != nil {
		return fmt.Errorf("cannot register the network: %w", err)
	}

	if err := filterPackets(ctx, opts, config, network); err != nil {
		return err
	}

	lease := network.Lease()
	if opts.blackhole {
		go dropUnused(ctx, opts, config, network)
	}

	if err := manager.HandleSubnetFile(opts.subnetFile, config, opts.masquerade, lease.Subnet, lease.IPv6Subnet, network.MTU()); err != nil {
		return fmt.Errorf("cannot write %s: %w", opts.subnetFile, err)
	}

	ready.Store(true)
	klog.InfoS("network is ready", "backend", config.BackendType, "subnet", lease.Subnet.String(), "mtu", network.MTU())

	workers.Add(1)

	go func() {
		defer workers.Done()
		network.Run(ctx)
	}()

	if err := manager.CompleteLease(ctx, lease, &workers); err != nil && ctx.Err() == nil {
		return fmt.Errorf("lost the lease: %w", err)
	}

	workers.Wait()

	return nil
}

func externalInterface(ctx context.Context, opts options, manager subnet.Manager, config *subnet.Config) (*backend.ExternalInterface, error) {
	stack, err := ipmatch.GetIPFamily(config.EnableIPv4, config.EnableIPv6)
	if err != nil {
		return nil, err
	}

	public := ipmatch.PublicIPOpts{PublicIP: opts.publicIP, PublicIPv6: opts.publicIPv6}
	// An annotation of the node goes before a flag, which is the same on every node.
	if stored, stored6 := manager.GetStoredPublicIP(ctx); stored != "" || stored6 != "" {
		public = ipmatch.PublicIPOpts{PublicIP: or(stored, opts.publicIP), PublicIPv6: or(stored6, opts.publicIPv6)}
	}

	if len(opts.iface) == 0 && len(opts.ifaceRegex) == 0 && opts.canReach == "" {
		return ipmatch.LookupExtIface(or(public.PublicIP, public.PublicIPv6), "", "", stack, public)
	}

	var failed []error

	look := func(name, pattern, reach string) *backend.ExternalInterface {
		found, err := ipmatch.LookupExtIface(name, pattern, reach, stack, public)
		if err != nil {
			failed = append(failed, err)
		}

		return found
	}

	for _, name := range opts.iface {
		if found := look(name, "", ""); found != nil {
			return found, nil
		}
	}

	for _, pattern := range opts.ifaceRegex {
		if found := look("", pattern, ""); found != nil {
			return found, nil
		}
	}

	if opts.canReach != "" {
		if found := look("", "", opts.canReach); found != nil {
			return found, nil
		}
	}

	return nil, errors.Join(failed...)
}

func or(one, other string) string {
	if one != "" {
		return one
	}

	return other
}

func filterPackets(ctx context.Context, opts options, config *subnet.Config, network backend.Network) error {
	traffic := &nftables.NFTablesManager{}
	if err := traffic.Init(ctx); err != nil {
		return fmt.Errorf("cannot set up nftables: %w", err)
	}

	lease := network.Lease()

	if opts.masquerade {
		if err := traffic.SetupAndEnsureMasqRules(ctx,
			config.Network, lease.Subnet, config.Network,
			config.IPv6Network, lease.IPv6Subnet, config.IPv6Network,
			lease, opts.resync, opts.plainMasquerade); err != nil {
			return fmt.Errorf("cannot set up masquerading: %w", err)
		}
	}

	if opts.forward {
		traffic.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, opts.resync)
	}

	return nil
}

// dropUnused keeps a route that drops packets to addresses of this node that no pod has.
func dropUnused(ctx context.Context, opts options, config *subnet.Config, network backend.Network) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(opts.resync) * time.Second):
		}

		if config.EnableIPv4 {
			if err := ip.AddBlackholeV4Route(network.Lease().Subnet.ToIPNet()); err != nil {
				klog.ErrorS(err, "cannot set the route that drops packets")
			}
		}

		if config.EnableIPv6 {
			if err := ip.AddBlackholeV6Route(network.Lease().IPv6Subnet.ToIPNet()); err != nil {
				klog.ErrorS(err, "cannot set the route that drops IPv6 packets")
			}
		}
	}
}

// serveHealth answers /healthz while the program runs and /readyz once the node has its subnet.
func serveHealth(address string, ready *atomic.Bool) {
	answer := func(healthy func() bool) http.HandlerFunc {
		return func(response http.ResponseWriter, _ *http.Request) {
			if !healthy() {
				response.WriteHeader(http.StatusServiceUnavailable)
			}
		}
	}

	paths := http.NewServeMux()
	paths.Handle("/healthz", answer(func() bool { return true }))
	paths.Handle("/readyz", answer(ready.Load))

	server := &http.Server{Addr: address, Handler: paths, ReadHeaderTimeout: 10 * time.Second}
	if err := server.ListenAndServe(); err != nil {
		klog.ErrorS(err, "cannot serve the health of flannel", "address", address)
	}
}
