// flanneld for a Minos node: leases from Kubernetes, nftables, and the CNI configuration written by the daemon itself once
// its network stands, so that no script and no further plugin is needed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
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

// resync is how often the packet filter's rules are checked, in seconds.
const resync = 30

type options struct {
	netConfig  string
	subnetFile string
	cniConfig  string
	iface      string
}

func main() {
	var opts options

	flag.StringVar(&opts.netConfig, "net-config-path", "/etc/kube-flannel/net-conf.json", "network configuration")
	flag.StringVar(&opts.subnetFile, "subnet-file", "/run/flannel/subnet.env", "file that gets this node's subnet")
	flag.StringVar(&opts.cniConfig, "cni-config", "/etc/cni/net.d/10-flannel.conflist", "CNI configuration to write")
	flag.StringVar(&opts.iface, "iface", "", "interface for traffic between nodes (default: that of the default route)")
	klog.InitFlags(nil)
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, opts); err != nil {
		klog.ErrorS(err, "flannel failed")
		os.Exit(1)
	}
}

func run(ctx context.Context, opts options) error {
	// The annotations' prefix is the one that every flannel uses.
	manager, err := kube.NewSubnetManager(ctx, "", "", "flannel.alpha.coreos.com", opts.netConfig, true)
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

	if err := filterPackets(ctx, config, network); err != nil {
		return err
	}

	lease := network.Lease()
	if err := manager.HandleSubnetFile(opts.subnetFile, config, true, lease.Subnet, lease.IPv6Subnet, network.MTU()); err != nil {
		return fmt.Errorf("cannot write %s: %w", opts.subnetFile, err)
	}

	if err := writeCNI(opts.cniConfig, config, network); err != nil {
		return fmt.Errorf("cannot write %s: %w", opts.cniConfig, err)
	}

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

	public, public6 := manager.GetStoredPublicIP(ctx)
	wanted := opts.iface

	if wanted == "" {
		wanted = public
	}

	return ipmatch.LookupExtIface(wanted, "", "", stack, ipmatch.PublicIPOpts{PublicIP: public, PublicIPv6: public6})
}

func filterPackets(ctx context.Context, config *subnet.Config, network backend.Network) error {
	traffic := &nftables.NFTablesManager{}
	if err := traffic.Init(ctx); err != nil {
		return fmt.Errorf("cannot set up nftables: %w", err)
	}

	lease := network.Lease()
	if err := traffic.SetupAndEnsureMasqRules(ctx,
		config.Network, lease.Subnet, config.Network,
		config.IPv6Network, lease.IPv6Subnet, config.IPv6Network,
		lease, resync, false); err != nil {
		return fmt.Errorf("cannot set up masquerading: %w", err)
	}

	traffic.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, resync)

	return nil
}

// writeCNI replaces the file in one step: the runtime reads it the moment it appears.
func writeCNI(path string, config *subnet.Config, network backend.Network) error {
	lease := network.Lease()

	var ranges [][]map[string]string

	var routes []map[string]string

	if config.EnableIPv4 {
		ranges = append(ranges, []map[string]string{{"subnet": lease.Subnet.String()}})
		routes = append(routes, route(config.Network))
	}

	if config.EnableIPv6 {
		ranges = append(ranges, []map[string]string{{"subnet": lease.IPv6Subnet.String()}})
		routes = append(routes, map[string]string{"dst": config.IPv6Network.String()})
	}

	list := map[string]any{
		"name":       "cbr0",
		"cniVersion": "1.0.0",
		"plugins": []map[string]any{
			{
				"type":             "bridge",
				"bridge":           "cni0",
				"mtu":              network.MTU(),
				"isDefaultGateway": true,
				"hairpinMode":      true,
				// flannel masquerades itself.
				"ipMasq": false,
				"ipam":   map[string]any{"type": "host-local", "ranges": ranges, "routes": routes},
			},
			{"type": "portmap", "capabilities": map[string]bool{"portMappings": true}, "backend": "nftables"},
		},
	}

	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}

	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}

	partial := fmt.Sprintf("%s.%d.tmp", path, time.Now().UnixNano())
	if err := os.WriteFile(partial, append(text, '\n'), 0o644); err != nil {
		return err
	}

	return os.Rename(partial, path)
}

func route(network ip.IP4Net) map[string]string {
	return map[string]string{"dst": network.String()}
}
