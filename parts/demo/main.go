// The test image's one program: a small HTTP server, a client that resolves names, and a few acts that tests need inside
// a pod, as the images have no shell.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const usage = `usage:
  demo serve [address]          answer HTTP requests with the pod's name (default :8080)
  demo get <url> [tries]        fetch a URL, once a second until it answers
  demo kill <name> <signal>     signal all processes of that name
  demo cat <file>...            print files
  demo listen                   print the listening sockets of /proc/net
  demo sleep                    do nothing`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no command\n%s", usage)
	}

	switch command, args := args[0], args[1:]; {
	case command == "serve":
		return serve(append(args, ":8080")[0])
	case command == "get" && len(args) > 0:
		tries, _ := strconv.Atoi(append(args, "1")[1])

		return get(args[0], max(tries, 1))
	case command == "kill" && len(args) == 2:
		return kill(args[0], args[1])
	case command == "cat":
		return cat(args)
	case command == "listen":
		return cat([]string{"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"})
	case command == "sleep":
		select {}
	default:
		return fmt.Errorf("bad command %q\n%s", command, usage)
	}
}

func serve(address string) error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}

	handler := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s answers %s %s\n", name, r.Method, r.URL.Path)
	}

	return http.ListenAndServe(address, http.HandlerFunc(handler))
}

func get(url string, tries int) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
	}}

	var last error

	for range tries {
		response, err := client.Get(url)
		if err == nil {
			_, err = io.Copy(os.Stdout, response.Body)
			response.Body.Close()

			return err
		}

		last = err

		fmt.Fprintln(os.Stderr, "demo:", err)
		time.Sleep(time.Second)
	}

	return fmt.Errorf("no answer after %d tries: %w", tries, last)
}

func kill(name, number string) error {
	signal, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("%q is no signal number", number)
	}

	files, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return err
	}

	found := 0

	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(text)) != name {
			continue
		}

		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			continue
		}

		if err := syscall.Kill(pid, syscall.Signal(signal)); err != nil {
			return fmt.Errorf("cannot signal %d: %w", pid, err)
		}

		fmt.Printf("sent signal %d to %s (%d)\n", signal, name, pid)

		found++
	}

	if found == 0 {
		return fmt.Errorf("no process is called %q", name)
	}

	return nil
}

func cat(files []string) error {
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return err
		}

		_, err = io.Copy(os.Stdout, file)
		file.Close()

		if err != nil {
			return err
		}
	}

	return nil
}
