package main

import (
	"syscall"
	"time"

	"proofs/prove"
	"proofs/raw"
)

// information is struct siginfo: who sent it stands behind the code.
type information struct {
	Signal, Errno, Code, _ int32
	Pid, Uid               int32
	Value                  uint64
	_                      [96]byte
}

// si_code: SI_USER by kill, SI_TKILL by tgkill.
const fromUser, fromThread = 0, -6

// wait takes a signal of the set; no time, no waiting; negative, for ever.
func wait(set uint64, timeout time.Duration) (information, error) {
	info, limit := raw.New(information{}), uintptr(0)
	if timeout >= 0 {
		limit = raw.P(raw.New(syscall.NsecToTimespec(int64(timeout))))
	}
	_, err := raw.Call(syscall.SYS_RT_SIGTIMEDWAIT, raw.P(raw.New(set)), raw.P(info), limit, 8)
	return *info, err
}

// waits proves rt_sigtimedwait and rt_sigsuspend, and what they tell about the sender.
func waits() {
	before := mask(block, bit(usr1, usr2, realTime))
	_, err := wait(bit(usr1), 0)
	prove.Fails("nothing there", err, syscall.EAGAIN)
	start := time.Now()
	_, err = wait(bit(usr1), 20*time.Millisecond)
	prove.Fails("nothing comes", err, syscall.EAGAIN)
	prove.That(time.Since(start) >= 20*time.Millisecond, "it waited only %v", time.Since(start))

	send(usr1)
	info, err := wait(bit(usr1), 0)
	prove.That(err == nil && info.Code == fromThread && uintptr(info.Pid) == self, "by tgkill: %+v, %v", info, err)
	prove.Equal("the sender's user", int(info.Uid), syscall.Getuid())

	// Lower numbers first; real-time signals queue.
	send(realTime)
	send(realTime)
	send(usr2)
	for _, want := range []int32{usr2, realTime, realTime} {
		info, err = wait(bit(usr1, usr2, realTime), 0)
		prove.That(err == nil && info.Signal == want, "signal %d for %d, %v", info.Signal, want, err)
	}
	_, err = wait(bit(usr1, usr2, realTime), 0)
	prove.Fails("no more", err, syscall.EAGAIN)

	// One that comes from another thread while this one waits.
	later := func(signal int) {
		go func() {
			time.Sleep(15 * time.Millisecond)
			send(signal)
		}()
	}
	later(usr1)
	info, err = wait(bit(usr1), 10*time.Second)
	prove.That(err == nil && info.Signal == usr1, "waiting: %+v, %v", info, err)

	// sigsuspend lets one in, runs its handler, and puts the mask back.
	install(usr1, action{Flags: sigInfo | onStack})
	count := handled()
	later(usr1)
	err = raw.Err(syscall.SYS_RT_SIGSUSPEND, raw.P(raw.New(mask(block, 0)&^bit(usr1))), 8)
	prove.Fails("rt_sigsuspend", err, syscall.EINTR)
	prove.Equal("handled", handled(), count+1)
	prove.Equal("the mask is back", mask(block, 0)&bit(usr1), bit(usr1))
	mask(setMask, before)

	prove.Fails("a set of 4 bytes", raw.Err(syscall.SYS_RT_SIGSUSPEND, raw.P(raw.New(before)), 4), syscall.EINVAL)
}
