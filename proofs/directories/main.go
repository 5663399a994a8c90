// Proof directories: making, listing, walking, moving and removing them through package os.
//
//proof:not-in-user-mode QEMU 7.2 loses entries that a small buffer of getdents64 has no room for
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"proofs/prove"
)

func names(directory string) string {
	entries, err := os.ReadDir(directory)
	prove.Ok("listing "+directory, err)
	var list []string
	for _, entry := range entries {
		list = append(list, fmt.Sprintf("%s(%s)", entry.Name(), entry.Type()))
	}
	return strings.Join(list, " ")
}

func main() {
	scratch := prove.Scratch()
	prove.Ok("mkdir", os.Mkdir("d", 0o755))
	prove.Fails("mkdir twice", os.Mkdir("d", 0o755), fs.ErrExist)
	prove.Fails("mkdir below nothing", os.Mkdir("x/y", 0o755), fs.ErrNotExist)
	prove.Ok("mkdir -p", os.MkdirAll("d/e/f/g", 0o755))
	prove.Write("d/file", "1")
	prove.Write("d/e/file", "22")
	prove.Ok("symlink", os.Symlink("file", "d/link"))
	prove.Say("%s", names("d"))

	contests()

	// Many names come out once each, in whatever order, in several reads.
	prove.Ok("mkdir", os.Mkdir("many", 0o755))
	for i := 0; i < 700; i++ {
		prove.Write(fmt.Sprintf("many/a-rather-long-name-%03d", i), "")
	}
	directory, err := os.Open("many")
	prove.Must("opening many", err)
	seen := map[string]int{}
	for {
		list, err := directory.Readdirnames(33)
		for _, name := range list {
			seen[name]++
		}
		if err != nil {
			prove.That(err == io.EOF, "the listing ends by %v", err)
			break
		}
	}
	prove.Equal("names", len(seen), 700)
	for name, count := range seen {
		prove.That(count == 1, "%s came %d times", name, count)
	}
	_, err = directory.Seek(0, io.SeekStart)
	prove.Ok("back to the start", err)
	list, err := directory.ReadDir(-1)
	prove.Ok("listing again", err)
	prove.Equal("entries again", len(list), 700)
	prove.Ok("closing", directory.Close())

	// Removing while listing leaves none out.
	prove.Ok("removing all", os.RemoveAll("many"))
	_, err = os.Stat("many")
	prove.Fails("stat of the removed", err, fs.ErrNotExist)

	prove.Ok("walking", filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		info, infoErr := entry.Info()
		prove.Ok("facts of "+path, infoErr)
		size := info.Size()
		if info.IsDir() {
			size = 0
		}
		prove.Say("%s %v %d", path, info.Mode(), size)
		return err
	}))

	prove.Fails("removing a full directory", os.Remove("d"), syscall.ENOTEMPTY)
	prove.Fails("rmdir of a file", syscall.Rmdir("d/file"), syscall.ENOTDIR)
	prove.Fails("unlink of a directory", syscall.Unlink("d/e"), syscall.EISDIR)
	prove.Fails("moving a directory below itself", os.Rename("d", "d/e/d"), syscall.EINVAL)
	prove.Ok("moving a directory", os.Rename("d/e", "e"))
	prove.Say("%s | %s", names("."), names("e"))
	prove.Ok("mkdir", os.Mkdir("empty", 0o700))
	prove.Ok("moving over an empty directory", syscall.Rename("e", "empty"))
	prove.Fails("moving over a full directory", syscall.Rename("d", "empty"), syscall.ENOTEMPTY)
	prove.Fails("moving a file over a directory", syscall.Rename("d/file", "empty"), syscall.EISDIR)
	prove.Fails("moving a directory over a file", syscall.Rename("empty", "d/file"), syscall.ENOTDIR)

	// The working directory follows a move.
	prove.Ok("chdir", os.Chdir("empty/f"))
	prove.Ok("moving it away", os.Rename("../../empty", "../../moved"))
	where, err := syscallGetwd()
	prove.Ok("getwd", err)
	prove.Say("now in %s", strings.TrimPrefix(where, scratch))
	prove.Fails("chdir to a file", os.Chdir("../file"), syscall.ENOTDIR)
	prove.Ok("chdir up", os.Chdir("../.."))
	here, err := os.Open("moved")
	prove.Ok("opening a directory", err)
	prove.Ok("fchdir", here.Chdir())
	prove.Holds("file", "22")
	_, err = here.Read(make([]byte, 10))
	prove.That(errors.Is(err, syscall.EISDIR), "reading a directory as a file: %v", err)
	here.Close()

	rawListing()

	// A directory that is removed while it is the working directory.
	prove.Ok("mkdir", os.Mkdir("doomed", 0o755))
	prove.Ok("chdir", os.Chdir("doomed"))
	prove.Ok("removing where we are", os.Remove("../doomed"))
	_, err = os.Create("file")
	prove.Fails("a file in the removed directory", err, fs.ErrNotExist)
	_, err = syscallGetwd()
	prove.Fails("the name of the removed directory", err, syscall.ENOENT)
	prove.Leave(scratch)
}

// syscallGetwd asks the kernel; os.Getwd believes $PWD where it can.
func syscallGetwd() (string, error) {
	buffer := make([]byte, 4096)
	n, err := syscall.Getcwd(buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:n-1]), nil
}
