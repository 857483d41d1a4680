// Asks the library that hashicorp/aws is made of (aws-sdk-go-base, and an ECR client) for tokens, with random but realistic variables,
// files and provider blocks, and writes which requests it makes of an AWS on loopback.
//
//	MODE=deep go run . SEED COUNT > aws-configuration-deep.json
//
// The modes: careful (files as a careful person writes them), careless (files as people write them; the mode without MODE), wide (more
// services, settings and files) and deep (renewals, containers, metadata, proxies, certificates, retries, odd values).
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var mode = "careless"

var modes = []string{"careful", "careless", "wide", "deep"}

func main() {
	if m := os.Getenv("MODE"); m != "" {
		mode = m
	}
	if len(os.Args) == 4 && os.Args[1] == "answer" {
		answerOne(places{Dir: os.Args[2], Host: os.Args[3]})
		return
	}
	seed, count, ok := arguments()
	if !ok || !slices.Contains(modes, mode) {
		fmt.Fprintf(os.Stderr, "usage: MODE=%s base SEED COUNT\n", strings.Join(modes, "|"))
		os.Exit(2)
	}
	if err := isolate(); err != nil && mode == "deep" {
		fmt.Fprintf(os.Stderr, "base: the mode deep needs a network namespace. Run it on Linux, as root or where users may make namespaces: %v\n", err)
		os.Exit(3)
	}
	dir, err := os.MkdirTemp("", "v")
	must(err)
	defer os.RemoveAll(dir)
	files := filepath.Join(dir, "w")
	settle(dir, filepath.Join(files, "user"))
	if !probing() {
		r = rand.New(rand.NewSource(seed))
		careful = mode == "careful" || mode == "deep"
		server := httptest.NewServer(http.HandlerFunc(serve))
		write(count, places{Dir: files, Host: strings.TrimPrefix(server.URL, "http://")})
	}
}

func arguments() (seed int64, count int, ok bool) {
	if len(os.Args) != 3 {
		return 0, 0, false
	}
	seed, err := strconv.ParseInt(os.Args[1], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	count, err = strconv.Atoi(os.Args[2])
	return seed, count, err == nil && count > 0
}

// write prints rows in which the library stays on loopback.
func write(count int, p places) {
	fmt.Println("[")
	for done := 0; done < count; {
		v := question()
		begin(v.Server, mode == "deep")
		a := ask(v, p)
		var names []string
		v.Requests, names = requests()
		if wentOut(a.Error, names) || mode == "deep" && a.Error != "" && chance(0.5) {
			continue // most odd values are errors, which have less to compare
		}
		v.Region, v.Warnings, v.Error = a.Region, a.Warnings, shortened(a.Error)
		if mode == "deep" {
			for _, x := range v.Requests {
				if x.Operation == "GetAuthorizationToken" {
					v.Credentials = x.Key
				}
			}
		}
		b, err := json.Marshal(v)
		must(err)
		fmt.Print(string(b))
		if done++; done < count {
			fmt.Print(",")
		}
		fmt.Println()
	}
	fmt.Println("]")
}

func question() row {
	if mode == "deep" {
		return deep()
	}
	v := scenario()
	if mode == "wide" {
		widen(&v)
	}
	return v
}

// The hosts of AWS.
var amazon = regexp.MustCompile(`(?i)amazon|\.aws$`)

// wentOut says that the library would have asked the real AWS: there is nothing to compare.
func wentOut(problem string, names []string) bool {
	if mode == "deep" {
		return slices.ContainsFunc(names, amazon.MatchString)
	}
	return strings.Contains(problem, "amazonaws.com") || strings.Contains(problem, "exceeded maximum number of attempts")
}

var changing = regexp.MustCompile(`127\.0\.0\.1:\d{4,}->|, request id: \S*|RequestID: [^,]*, `)

func shortened(problem string) string {
	if mode == "deep" {
		problem = changing.ReplaceAllString(problem, "")
	}
	if len(problem) > 300 {
		problem = problem[:300]
	}
	return problem
}

// ask puts a question to the library in a process of its own, since the library looks at HOME when it starts.
func ask(v row, p places) (a answered) {
	must(os.RemoveAll(p.Dir))
	must(os.MkdirAll(p.Dir, 0o755))
	for name, content := range v.Files {
		path := filepath.Join(p.Dir, name)
		must(os.MkdirAll(filepath.Dir(path), 0o755))
		must(os.WriteFile(path, []byte(p.fill(string(content))), 0o755))
	}
	b, err := json.Marshal(v)
	must(err)
	c := exec.Command("/proc/self/exe", "answer", p.Dir, p.Host)
	c.Dir = p.Dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "MODE=" + mode}
	for name, value := range v.Environment {
		c.Env = append(c.Env, name+"="+p.fill(string(value)))
	}
	c.Stdin = bytes.NewReader(b)
	out, err := c.Output()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		said, _, _ := strings.Cut(string(ended.Stderr), "\n")
		return answered{Error: "the library has crashed: " + said}
	}
	must(err)
	must(json.Unmarshal(out, &a))
	return a
}

// answerOne is the process of one question.
func answerOne(p places) {
	var v row
	must(json.NewDecoder(os.Stdin).Decode(&v))
	must(json.NewEncoder(os.Stdout).Encode(answer(v, p)))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
