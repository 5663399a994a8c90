// Proof links: symbolic and hard links, and how paths walk through them.
package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"proofs/prove"
)

func links(name string) int {
	var stat syscall.Stat_t
	prove.Ok("stat "+name, syscall.Stat(name, &stat))
	return int(stat.Nlink)
}

func main() {
	scratch := prove.Scratch()
	prove.Write("file", "text")

	// Hard links are names of one file.
	prove.Ok("link", os.Link("file", "hard"))
	prove.Equal("names of the file", links("file"), 2)
	prove.Write("hard", "changed")
	prove.Holds("file", "changed")
	prove.Fails("link over a name", os.Link("file", "hard"), fs.ErrExist)
	prove.Fails("link to nothing", os.Link("absent", "other"), fs.ErrNotExist)
	prove.Ok("mkdir", os.Mkdir("d", 0o755))
	prove.Fails("link to a directory", os.Link("d", "d2"), syscall.EPERM)
	prove.Ok("rename of one name to the other does nothing", os.Rename("file", "hard"))
	prove.Ok("removing one name", os.Remove("file"))
	prove.Equal("names left", links("hard"), 1)

	// Symbolic links are followed, or looked at.
	prove.Ok("symlink", os.Symlink("hard", "soft"))
	prove.Holds("soft", "changed")
	target, err := os.Readlink("soft")
	prove.Ok("readlink", err)
	info, err := os.Lstat("soft")
	prove.Must("lstat", err)
	prove.Say("soft -> %s, %v, %d bytes", target, info.Mode(), info.Size())
	_, err = os.Readlink("hard")
	prove.Fails("readlink of a file", err, syscall.EINVAL)
	prove.Fails("symlink over a name", os.Symlink("x", "soft"), fs.ErrExist)
	buffer := make([]byte, 2)
	n, err := syscall.Readlink("soft", buffer)
	prove.That(n == 2 && err == nil, "a short buffer cuts: %d, %v", n, err)

	// Through directories, up and down, absolute and dangling.
	prove.Ok("mkdir", os.MkdirAll("d/e", 0o755))
	prove.Ok("symlink", os.Symlink("d/e", "into"))
	prove.Write("into/deep", "deep")
	prove.Holds("d/e/deep", "deep")
	prove.Holds("into/../e/deep", "deep")
	prove.Ok("symlink", os.Symlink(scratch+"/d", "absolute"))
	prove.Holds("absolute/e/deep", "deep")
	prove.Ok("symlink", os.Symlink("nowhere", "dangling"))
	_, err = os.Stat("dangling")
	prove.Fails("stat through a dangling link", err, fs.ErrNotExist)
	prove.Write("dangling", "made through the link")
	prove.Holds("nowhere", "made through the link")
	_, err = os.OpenFile("soft", os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	prove.Fails("O_NOFOLLOW", err, syscall.ELOOP)
	_, err = os.OpenFile("dangling", os.O_CREATE|os.O_EXCL, 0o600)
	prove.Fails("O_EXCL does not follow", err, fs.ErrExist)
	_, err = os.OpenFile("soft", os.O_RDONLY|syscall.O_DIRECTORY, 0)
	prove.Fails("O_DIRECTORY on a file", err, syscall.ENOTDIR)
	_, err = os.Stat("soft/")
	prove.Fails("a file with a slash", err, syscall.ENOTDIR)
	_, err = os.Lstat("into/")
	prove.Ok("a link to a directory with a slash", err)

	prove.Ok("symlink", os.Symlink("loop2", "loop1"))
	prove.Ok("symlink", os.Symlink("loop1", "loop2"))
	_, err = os.Stat("loop1")
	prove.Fails("a loop", err, syscall.ELOOP)
	prove.Ok("removing a link to a directory", os.Remove("into"))
	prove.Holds("d/e/deep", "deep")

	// A chain of 40 links is followed, 41 are a loop (path_resolution(7)).
	previous := "hard"
	for i := 0; i < 41; i++ {
		name := "chain" + strings.Repeat("i", i)
		prove.Ok("symlink", os.Symlink(previous, name))
		_, err = os.Stat(name)
		if i < 40 {
			prove.Ok("a chain", err)
		} else {
			prove.Fails("too long a chain", err, syscall.ELOOP)
		}
		previous = name
	}
	resolved, err := filepath.EvalSymlinks("absolute/e/deep")
	prove.Ok("EvalSymlinks", err)
	prove.Say("resolved %s", strings.TrimPrefix(resolved, scratch))
	atLinks()
	prove.Leave(scratch)
}
