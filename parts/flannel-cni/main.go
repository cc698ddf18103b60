// flannel is the CNI plugin of that name: it reads the subnet that flanneld has leased for this node, and has another plugin
// (bridge, with the addresses of host-local) do the work. It keeps what it asked for, so that a pod can be taken down again
// after the lease has changed.
//
// Configuration and behaviour are those that flannel documents for its plugin; no code of it is here, so that the node does
// not carry a network library in every plugin.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Codes of errors in the CNI specification.
const (
	codeVersion     = 1
	codeEnvironment = 4
	codeIO          = 5
	codeDecode      = 6
	codeConfig      = 7
	codeTryAgain    = 11
)

// versions of the specification for results that the delegate may give.
var versions = []string{"0.3.0", "0.3.1", "0.4.0", "1.0.0"}

var containerID = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$`)

type object = map[string]any

type config struct {
	CNIVersion    string `json:"cniVersion"`
	Name          string `json:"name"`
	SubnetFile    string `json:"subnetFile"`
	DataDir       string `json:"dataDir"`
	Delegate      object `json:"delegate"`
	IPAM          object `json:"ipam"`
	RuntimeConfig object `json:"runtimeConfig"`
}

// failure is an error with its code in the specification.
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

func fail(code int, format string, args ...any) error {
	return &failure{code, fmt.Sprintf(format, args...)}
}

// errDelegate says that the delegate has failed, and has said why on standard output.
var errDelegate = errors.New("the delegate failed")

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = run(os.Getenv("CNI_COMMAND"), input)
	}

	if err == nil {
		return
	}

	if !errors.Is(err, errDelegate) {
		report(input, err)
	}

	os.Exit(1)
}

// report writes an error in the form of the specification.
func report(input []byte, err error) {
	var said struct {
		CNIVersion string `json:"cniVersion"`
	}

	// Without a configuration there is no version to answer in.
	if json.Unmarshal(input, &said) != nil || said.CNIVersion == "" {
		said.CNIVersion = versions[len(versions)-1]
	}

	code := codeIO
	if known := (*failure)(nil); errors.As(err, &known) {
		code = known.code
	}

	_ = json.NewEncoder(os.Stdout).Encode(object{"cniVersion": said.CNIVersion, "code": code, "msg": "flannel: " + err.Error()})
}

func run(command string, input []byte) error {
	switch command {
	case "VERSION":
		latest := versions[len(versions)-1]

		return json.NewEncoder(os.Stdout).Encode(object{"cniVersion": latest, "supportedVersions": versions})
	case "ADD", "CHECK", "DEL":
	default:
		return fail(codeEnvironment, "CNI_COMMAND is %q; ADD, CHECK, DEL and VERSION are known", command)
	}

	wanted := config{SubnetFile: "/run/flannel/subnet.env", DataDir: "/var/lib/cni/flannel"}
	if err := json.Unmarshal(input, &wanted); err != nil {
		return fail(codeDecode, "the configuration is no JSON that the plugin knows: %v", err)
	}

	if !slices.Contains(versions, wanted.CNIVersion) {
		return fail(codeVersion, "cniVersion is %q; allowed are %s", wanted.CNIVersion, strings.Join(versions, ", "))
	}

	id := os.Getenv("CNI_CONTAINERID")
	if !containerID.MatchString(id) {
		return fail(codeEnvironment, "CNI_CONTAINERID is %q, which is no container's id", id)
	}

	kept := filepath.Join(wanted.DataDir, id)

	if command == "ADD" {
		return add(wanted, kept)
	}

	return again(command, input, kept)
}

func add(wanted config, kept string) error {
	delegate, err := delegated(wanted)
	if err != nil {
		return err
	}

	if err := os.MkdirAll(wanted.DataDir, 0o700); err != nil {
		return fail(codeIO, "cannot make the folder for what was asked of delegates: %v", err)
	}

	if err := os.WriteFile(kept, delegate, 0o600); err != nil {
		return fail(codeIO, "cannot keep what is asked of the delegate: %v", err)
	}

	err = call("ADD", delegate, os.Stdout)
	if err != nil {
		// As the specification has it, what was begun is undone. That may fail as well; the first error is what matters.
		if call("DEL", delegate, io.Discard) == nil {
			_ = os.Remove(kept)
		}
	}

	return err
}

// again calls the delegate with the configuration of ADD.
func again(command string, input []byte, kept string) error {
	delegate, err := os.ReadFile(kept)

	switch {
	case errors.Is(err, fs.ErrNotExist) && command == "DEL":
		// It was never added, or has been taken down.
		return nil
	case err != nil:
		return fail(codeIO, "cannot read what was asked of the delegate: %v", err)
	}

	if command == "CHECK" {
		// The runtime gives the result of ADD with this call only.
		if delegate, err = withPrevious(delegate, input); err != nil {
			return err
		}
	}

	if err := call(command, delegate, os.Stdout); err != nil {
		return err
	}

	if command == "DEL" {
		if err := os.Remove(kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail(codeIO, "cannot remove what was asked of the delegate: %v", err)
		}
	}

	return nil
}

func withPrevious(delegate, input []byte) ([]byte, error) {
	var kept, now object

	if err := errors.Join(json.Unmarshal(delegate, &kept), json.Unmarshal(input, &now)); err != nil {
		return nil, fail(codeDecode, "what was asked of the delegate cannot be read: %v", err)
	}

	kept["prevResult"] = now["prevResult"]

	return json.Marshal(kept)
}

// delegated is the configuration of the delegate.
func delegated(wanted config) ([]byte, error) {
	for _, key := range []string{"name", "ipam"} {
		if _, there := wanted.Delegate[key]; there {
			return nil, fail(codeConfig, "delegate has a %s, which the plugin sets itself", key)
		}
	}

	lease, err := awaitLease(wanted.SubnetFile)
	if err != nil {
		return nil, err
	}

	delegate := object{"type": "bridge", "mtu": lease.mtu, "ipMasq": !lease.masquerades}
	for key, value := range wanted.Delegate {
		delegate[key] = value
	}

	if _, there := delegate["isGateway"]; !there && delegate["type"] == "bridge" {
		delegate["isGateway"] = true
	}

	delegate["name"] = wanted.Name
	delegate["cniVersion"] = wanted.CNIVersion
	delegate["ipam"] = addresses(wanted.IPAM, lease)

	if wanted.RuntimeConfig != nil {
		delegate["runtimeConfig"] = wanted.RuntimeConfig
	}

	return json.Marshal(delegate)
}

// addresses is the configuration of the plugin that gives addresses: the node's subnets, and routes to the pods of all nodes.
func addresses(wanted object, lease lease) object {
	ipam := object{"type": "host-local"}
	for key, value := range wanted {
		ipam[key] = value
	}

	routes, _ := ipam["routes"].([]any)
	for _, network := range lease.networks {
		routes = append(routes, object{"dst": network})
	}

	ranges := []any{}
	for _, subnet := range lease.subnets {
		ranges = append(ranges, []any{object{"subnet": subnet}})
	}

	ipam["routes"], ipam["ranges"] = routes, ranges

	return ipam
}

// lease is what flanneld has written for this node.
type lease struct {
	networks    []string
	subnets     []string
	mtu         int
	masquerades bool
}

// The kubelet starts pods as soon as this plugin's configuration is there, which is before flanneld runs. It tries a pod
// that failed only seconds later, so a lease that is about to come is waited for here.
const (
	patience = 5 * time.Second
	pause    = 50 * time.Millisecond
)

// awaitLease reads the lease, and waits for it a while when flanneld has not written it yet.
func awaitLease(path string) (lease, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		found, err := readLease(path)
		if known := (*failure)(nil); !errors.As(err, &known) || known.code != codeTryAgain || time.Now().After(deadline) {
			return found, err
		}
	}
}

func readLease(path string) (lease, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return lease{}, fail(codeTryAgain, "there is no %s yet: flanneld has no subnet for this node", path)
	}

	if err != nil {
		return lease{}, fail(codeIO, "cannot read the node's subnet: %v", err)
	}

	values := map[string]string{}

	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[key] = value
	}

	found := lease{masquerades: values["FLANNEL_IPMASQ"] == "true"}

	for _, family := range []string{"", "IPV6_"} {
		subnets, failed := networks(values["FLANNEL_"+family+"SUBNET"])
		all, alsoFailed := networks(values["FLANNEL_"+family+"NETWORK"])

		if err := errors.Join(failed, alsoFailed); err != nil {
			return lease{}, fail(codeConfig, "%s cannot be read: %v", path, err)
		}

		found.subnets, found.networks = append(found.subnets, subnets...), append(found.networks, all...)
	}

	if found.mtu, err = strconv.Atoi(values["FLANNEL_MTU"]); err != nil || len(found.subnets) == 0 {
		return lease{}, fail(codeTryAgain, "%s has no subnet or no FLANNEL_MTU: flanneld is not done", path)
	}

	return found, nil
}

// networks reads a list. flanneld writes a subnet with the address that the bridge has in it; host-local takes none.
func networks(list string) (found []string, err error) {
	if list == "" {
		return nil, nil
	}

	for text := range strings.SplitSeq(list, ",") {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}

		found = append(found, network.Masked().String())
	}

	return found, nil
}

// call runs the delegate with this plugin's environment.
func call(command string, configuration []byte, output io.Writer) error {
	var named struct {
		Type string `json:"type"`
	}

	if err := json.Unmarshal(configuration, &named); err != nil {
		return fail(codeConfig, "the delegate's type is no text: %v", err)
	}

	program, err := find(named.Type)
	if err != nil {
		return err
	}

	delegate := exec.Command(program)
	delegate.Env = append(os.Environ(), "CNI_COMMAND="+command)
	delegate.Stdin, delegate.Stdout, delegate.Stderr = bytes.NewReader(configuration), output, os.Stderr

	err = delegate.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return errDelegate
	}

	if err != nil {
		return fail(codeIO, "cannot run the delegate: %v", err)
	}

	return nil
}

// find looks for a plugin in the folders of CNI_PATH.
func find(name string) (string, error) {
	path := os.Getenv("CNI_PATH")

	if name == "" || strings.ContainsRune(name, os.PathSeparator) {
		return "", fail(codeConfig, "the delegate's type is %q, which is no plugin's name", name)
	}

	for _, folder := range filepath.SplitList(path) {
		program := filepath.Join(folder, name)
		if info, err := os.Stat(program); err == nil && info.Mode().IsRegular() {
			return program, nil
		}
	}

	return "", fail(codeConfig, "the delegate %s is in no folder of CNI_PATH (%s)", name, path)
}
