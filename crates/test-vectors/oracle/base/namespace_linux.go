package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The addresses that AWS has given to services. The metadata service, ECS and EKS.
var addresses = []string{"169.254.169.254", "169.254.170.2", "169.254.170.23"}

// The variable that says that this process is inside, and its values.
const inside = "ORACLE_INSIDE"

// isolate runs this program again in a network of its own, with a user database and a resolver of its own. Nothing that the library
// asks leaves the machine, and answers do not depend on it. Returns in the process inside, or with an error where that is not possible.
func isolate() error {
	if os.Getenv(inside) != "" {
		return nil
	}
	runtime.LockOSThread() // whose end would end the process inside
	ways := []uintptr{unix.CLONE_NEWUSER}
	if os.Getuid() == 0 {
		ways = []uintptr{0, unix.CLONE_NEWUSER}
	}
	var problems []error
	for _, way := range ways {
		probe := again(way, "probe")
		if said, err := probe.CombinedOutput(); err != nil {
			problems = append(problems, fmt.Errorf("%w %s", err, strings.TrimSpace(string(said))))
			continue
		}
		run := again(way, "run")
		run.Stdout, run.Stderr = os.Stdout, os.Stderr
		var ended *exec.ExitError
		if err := run.Run(); errors.As(err, &ended) {
			os.Exit(ended.ExitCode())
		} else {
			must(err)
		}
		os.Exit(0)
	}
	return errors.Join(problems...)
}

func again(way uintptr, what string) *exec.Cmd {
	c := exec.Command("/proc/self/exe", os.Args[1:]...)
	c.Env = append(os.Environ(), inside+"="+what)
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS | way, Pdeathsig: syscall.SIGKILL}
	if way != 0 {
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return c
}

// settle makes the network and the files of the process inside, with this folder as the user's home, and the servers at AWS's
// addresses.
func settle(dir, home string) {
	if os.Getenv(inside) == "" {
		return
	}
	must(unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	for file, content := range map[string]string{
		"/etc/passwd":      "root:x:0:0:root:" + home + ":/bin/sh\n",
		"/etc/resolv.conf": "nameserver 127.0.0.1\nsearch .\noptions timeout:1 attempts:1\n",
	} {
		own := filepath.Join(dir, filepath.Base(file))
		must(os.WriteFile(own, []byte(content), 0o644))
		must(unix.Mount(own, file, "", unix.MS_BIND, ""))
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	must(err)
	for i, address := range append([]string{"127.0.0.1"}, addresses...) {
		name := "lo"
		if i > 0 {
			name = fmt.Sprintf("lo:%d", i)
		}
		q, err := unix.NewIfreq(name)
		must(err)
		must(q.SetInet4Addr(net.ParseIP(address).To4()))
		must(unix.IoctlIfreq(socket, unix.SIOCSIFADDR, q))
		q.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		must(unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, q))
	}
	for _, address := range addresses {
		listener, err := net.Listen("tcp", address+":80")
		must(err)
		go http.Serve(listener, serveAt(address))
	}
	resolver, err := net.ListenPacket("udp", "127.0.0.1:53")
	must(err)
	go resolve(resolver)
}

// probing says that the process only tries whether it can be inside.
func probing() bool { return os.Getenv(inside) == "probe" }

// resolve answers that no name exists, and records each.
func resolve(connection net.PacketConn) {
	packet := make([]byte, 1500)
	for {
		n, sender, err := connection.ReadFrom(packet)
		must(err)
		answer := append([]byte{}, packet[:n]...)
		if n < 12 {
			continue
		}
		answer[2], answer[3] = 0x81, 0x83 // an answer: there is not such a name
		answer[10], answer[11] = 0, 0     // nothing additional
		end := 12
		var labels []string
		for end < n && answer[end] != 0 && end+1+int(answer[end]) < n {
			labels = append(labels, string(answer[end+1:end+1+int(answer[end])]))
			end += 1 + int(answer[end])
		}
		if end+5 > n {
			continue
		}
		lock.Lock()
		looked = append(looked, strings.Join(labels, "."))
		lock.Unlock()
		connection.WriteTo(answer[:end+5], sender)
	}
}
