// Files counts the words of every file below a folder, and leaves a report in memory. Files come
// with the image, from a folder or a tar archive; README.md says how.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	folder := "/"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	var report strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// What the kernel tells of itself, and the program, are not the user's files.
		if path == "/proc" || path == "/sys" || path == "/dev" {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || path == "/app" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&report, "%7d words  %s\n", len(strings.Fields(string(data))), path)
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	// The tree is writable: what is written lives until the machine stops.
	target := filepath.Join(os.TempDir(), "report")
	if err := os.WriteFile(target, []byte(report.String()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	written, err := os.ReadFile(target)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(written)
}
