// cp copies files, for images without a shell or coreutils: flannel's manifest installs its CNI configuration with it. It
// does what POSIX says of cp for files, with -f; every other option is refused.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "cp: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	files, force, err := parse(args)
	if err != nil {
		return err
	}

	if len(files) < 2 {
		return errors.New("a source and a destination are needed: cp [-f] SOURCE... DESTINATION")
	}

	sources, destination := files[:len(files)-1], files[len(files)-1]

	folder := isFolder(destination)
	if len(sources) > 1 && !folder {
		return fmt.Errorf("%s is no folder, and there is more than one source", destination)
	}

	var failed []error

	for _, source := range sources {
		to := destination
		if folder {
			to = filepath.Join(destination, filepath.Base(source))
		}

		failed = append(failed, copyFile(source, to, force))
	}

	return errors.Join(failed...)
}

func parse(args []string) (files []string, force bool, err error) {
	for number, arg := range args {
		switch {
		case arg == "--":
			return append(files, args[number+1:]...), force, nil
		case arg == "-f" || arg == "--force":
			force = true
		case len(arg) > 1 && strings.HasPrefix(arg, "-"):
			return nil, false, fmt.Errorf("the option %s is not known; -f is", arg)
		default:
			files = append(files, arg)
		}
	}

	return files, force, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)

	return err == nil && info.IsDir()
}

func copyFile(from, to string, force bool) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()

	info, err := source.Stat()
	if err != nil {
		return err
	}

	if info.IsDir() {
		return fmt.Errorf("%s is a folder, which is not copied", from)
	}

	if there, err := os.Stat(to); err == nil && os.SameFile(info, there) {
		return fmt.Errorf("%s and %s are the same file", from, to)
	}

	destination, err := open(to, info.Mode().Perm(), force)
	if err != nil {
		return err
	}

	if _, err := io.Copy(destination, source); err != nil {
		destination.Close()

		return fmt.Errorf("cannot copy %s to %s: %w", from, to, err)
	}

	return destination.Close()
}

// open keeps a file that is there, with its mode. With force, one that cannot be written to is replaced.
func open(path string, mode os.FileMode, force bool) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC

	file, err := os.OpenFile(path, flags, mode)
	if err == nil || !force {
		return file, err
	}

	if removed := os.Remove(path); removed != nil {
		return nil, err
	}

	return os.OpenFile(path, flags|os.O_EXCL, mode)
}
