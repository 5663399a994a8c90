package main

import (
	"syscall"

	"proofs/prove"
	"proofs/raw"
)

// statxT is struct statx: 256 bytes.
type statxT struct {
	Mask, BlockSize        uint32
	Attributes             uint64
	Links, Uid, Gid        uint32
	Mode                   uint16
	_                      uint16
	Ino, Size, Blocks, Att uint64
	Times                  [4]struct {
		Sec  int64
		Nsec uint32
		_    int32
	}
	Rdev, Dev [2]uint32
	_         [112]byte
}

// facts proves that stat, lstat, fstat, fstatat and statx tell the same.
func facts() {
	prove.Write("facts", "12345")
	prove.Ok("symlink", syscall.Symlink("facts", "alias"))
	var byName, byFd, link syscall.Stat_t
	prove.Ok("stat", syscall.Stat("facts", &byName))
	prove.Ok("lstat", syscall.Lstat("alias", &link))
	fd, err := syscall.Open("alias", syscall.O_RDONLY, 0)
	prove.Ok("open", err)
	prove.Ok("fstat", syscall.Fstat(fd, &byFd))
	prove.Equal("fstat", byFd, byName)
	prove.Say("size %d, mode %o, links %d", byName.Size, byName.Mode, byName.Nlink)
	prove.Say("a link: size %d, mode %o", link.Size, link.Mode)
	prove.That(link.Ino != byName.Ino && link.Dev == byName.Dev, "two inodes of one device")
	prove.That(byName.Blksize >= 512 && byName.Blocks >= 1, "blocks: %d of %d", byName.Blocks, byName.Blksize)

	at := raw.New(syscall.Stat_t{})
	prove.Ok("lstat", syscall.Lstat("alias", &link)) // its access time moved when it was followed
	prove.Ok("fstatat", raw.Err(statAt, raw.AtCwd, raw.Path("alias"), raw.P(at), raw.AT_SYMLINK_NOFOLLOW))
	prove.Equal("fstatat of the link", *at, link)
	prove.Ok("fstatat of a descriptor", raw.Err(statAt, uintptr(fd), raw.Path(""), raw.P(at), raw.AT_EMPTY_PATH))
	prove.Equal("fstatat of a descriptor", *at, byName)
	prove.Fails("the empty path without the flag", raw.Err(statAt, uintptr(fd), raw.Path(""), raw.P(at), 0), syscall.ENOENT)
	prove.Fails("below a file", raw.Err(statAt, uintptr(fd), raw.Path("x"), raw.P(at), 0), syscall.ENOTDIR)
	prove.Fails("unknown flags", raw.Err(statAt, raw.AtCwd, raw.Path("facts"), raw.P(at), 0x80), syscall.EINVAL)
	prove.Fails("a path nowhere", raw.Err(statAt, raw.AtCwd, 8, raw.P(at), 0), syscall.EFAULT)
	prove.Fails("a result nowhere", raw.Err(statAt, raw.AtCwd, raw.Path("facts"), 8, 0), syscall.EFAULT)
	prove.Fails("a closed descriptor", syscall.Fstat(raw.NoDescriptor, &byFd), syscall.EBADF)

	const basic = 0x7ff
	x := raw.New(statxT{})
	prove.Ok("statx", raw.Err(raw.SYS_STATX, raw.AtCwd, raw.Path("facts"), 0, basic, raw.P(x)))
	prove.Equal("the mask", x.Mask&basic, uint32(basic))
	prove.Equal("statx", []uint64{x.Size, x.Ino, uint64(x.Mode), uint64(x.Links), uint64(x.Uid)},
		[]uint64{5, byName.Ino, uint64(byName.Mode), 1, uint64(byName.Uid)})
	const modified = 3
	prove.Equal("its time", x.Times[modified].Sec*1e9+int64(x.Times[modified].Nsec), syscall.TimespecToNsec(byName.Mtim))
	prove.Ok("statx of the link", raw.Err(raw.SYS_STATX, raw.AtCwd, raw.Path("alias"), raw.AT_SYMLINK_NOFOLLOW, basic, raw.P(x)))
	prove.Equal("its inode", x.Ino, link.Ino)
	prove.Ok("statx of a descriptor", raw.Err(raw.SYS_STATX, uintptr(fd), raw.Path(""), raw.AT_EMPTY_PATH, basic, raw.P(x)))
	prove.Equal("its inode", x.Ino, byName.Ino)
	syscall.Close(fd)

	// What a file system says of itself.
	var system, sameSystem syscall.Statfs_t
	prove.Ok("statfs", syscall.Statfs(".", &system))
	prove.That(system.Bsize >= 512 && system.Namelen == 255 && system.Bfree <= system.Blocks, "statfs: %+v", system)
	fd, _ = syscall.Open(".", syscall.O_RDONLY, 0)
	prove.Ok("fstatfs", syscall.Fstatfs(fd, &sameSystem))
	prove.Equal("fstatfs", sameSystem.Type, system.Type)
	syscall.Close(fd)
	prove.Fails("statfs of nothing", syscall.Statfs("absent", &system), syscall.ENOENT)
}
