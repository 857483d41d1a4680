// Asks Go libraries for small answers, and writes a file for each kind of question into a folder: durations (time.ParseDuration), proxies
// (x/net/http/httpproxy), image references (distribution/reference), ARNs (aws-sdk-go-v2/aws/arn), and values (go-cty's MessagePack and
// JSON).
//
//	go run . SEED COUNT FOLDER
//
// WIDE=1 asks about more proxies.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/distribution/reference"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
	"golang.org/x/net/http/httpproxy"
)

// The one source of chance: a seed gives the same questions on every machine.
var r *rand.Rand

// The further texts of WIDE=1.
var further = map[string][]string{
	"hosts":      {"a.my.corp", "xn--mnchen-3ya.corp", "[fd00::a]", "[::ffff:10.1.2.3]", "10.1.2.30", "corp", "my.corp.", "127.9.9.9", "[FD00::1]", "169.254.169.254", "vpce-1.api.ecr.eu-west-1.vpce.amazonaws.com"},
	"exceptions": {"[fd00::1]", "[fd00::1]:443", "[fd00::1]:8443", "fd00::1", "FD00::1", ".3", "2.3", "my.corp:", "my.corp:http", ":443", "*.", "**", ".corp", "*corp", "10.1.2.3/32", "10.1.2.3/8", "10.0.0.0/8:443", "[fd00::]/8", "münchen.corp", "localhost:80", "0.0.0.0/0", "::/0", "*.my.corp:443", ".my.corp:443", "my.corp:0443", "http://my.corp", "my.corp/x", "my.corp.", "..my.corp", "10.1.2.*", "[10.1.2.3]", "[10.1.2.3]:443", "::ffff:10.1.2.3", "010.1.2.3", "my.corp:443 ", "\tmy.corp", "my.corp;a.corp", "a.my.corp b.corp", "10.1.2.3:", "[fd00::1]:", "my.corp:+443", "*:443", ".:443"},
	"proxies":    {"HTTP://proxy:80", "socks5h://p:1", "http://proxy:05", "http://u%40:p%3A@proxy:1", "proxy", "10.9.9.9:3128", "[fd00::9]:3128", "user:pw@proxy:3128"},
}

// pickWide picks one of the texts, or of the further ones of that name.
func pickWide(name string, xs ...string) string {
	if os.Getenv("WIDE") != "" {
		xs = append(xs, further[name]...)
	}
	return pick(xs...)
}

func pick(xs ...string) string { return xs[r.Intn(len(xs))] }
func chance(p float64) bool    { return r.Float64() < p }

func durations(n int) (out []map[string]any) {
	for len(out) < n {
		s := pick("", "", "", "+", "-")
		for i := 0; i < 1+r.Intn(3); i++ {
			s += pick("1", "15", "900", "0", "1.5", ".5", "2.", "", "90", "007", "1e3", " 1") + pick("h", "m", "s", "ms", "us", "µs", "ns", "", "H", "d", "min")
		}
		v := map[string]any{"text": s}
		if d, err := time.ParseDuration(s); err == nil {
			v["nanoseconds"] = d.Nanoseconds()
		} else {
			v["error"] = err.Error()
		}
		out = append(out, v)
	}
	return
}

func proxies(n int) (out []map[string]any) {
	host := func() string {
		return pickWide("hosts", "api.ecr.eu-west-1.amazonaws.com", "sts.amazonaws.com", "localhost", "127.0.0.1", "10.1.2.3", "[::1]", "[fd00::1]", "amazonaws.com", "my.corp", "xamazonaws.com", "169.254.170.2", "LOCALHOST", "API.ECR.eu-west-1.amazonaws.com")
	}
	for len(out) < n {
		var no []string
		for i := 0; i < r.Intn(3); i++ {
			no = append(no, pick("", " ", "")+pickWide("exceptions", "amazonaws.com", ".amazonaws.com", "*.amazonaws.com", "*", "10.0.0.0/8", "10.1.2.3", "169.254.170.2", "::1", "[::1]", "fd00::/8", "localhost", "my.corp:8443", "sts.amazonaws.com:443", "api.ecr.eu-west-1.amazonaws.com.", ".", "AMAZONAWS.COM", "10.1.2.3:443", "127.0.0.0/8", "not a cidr/99"))
		}
		p := func() string {
			return pickWide("proxies", "", "http://proxy:3128", "proxy:3128", "https://proxy", "http://u:p@proxy:3128", "socks5://proxy:1080", "http://[::1]:3128", "PROXY", "http://proxy:3128/path", "://bad", "http://pro xy:1")
		}
		c := httpproxy.Config{HTTPProxy: p(), HTTPSProxy: p(), NoProxy: strings.Join(no, ",")}
		u := pick("https", "https", "http") + "://" + host() + pick("", "", ":443", ":8443", ":80", ":4566") + "/"
		x, err := url.Parse(u)
		if err != nil {
			continue
		}
		v := map[string]any{"http_proxy": c.HTTPProxy, "https_proxy": c.HTTPSProxy, "no_proxy": c.NoProxy, "url": u}
		got, err := c.ProxyFunc()(x)
		if err != nil {
			v["error"] = err.Error()
		} else if got != nil {
			v["proxy"] = got.String()
		}
		out = append(out, v)
	}
	return
}

func images(n int) (out []map[string]any) {
	for len(out) < n {
		s := pick("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "123456789012.dkr-ecr.eu-west-1.on.aws", "public.ecr.aws", "123456789012.DKR.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com:443", "docker.io", "localhost:5000", "")
		s += pick("/", "/", "/", "", "//") + pick("a", "a/b", "a__b", "a--b", "A", "a/b/c", "a.b", "a..b", "_a", "a/", strings.Repeat("x", 250))
		s += pick("", ":latest", ":v1.0_x-", ":", ":"+strings.Repeat("t", 129), "@sha256:"+strings.Repeat("a", 64), ":t@sha256:"+strings.Repeat("b", 64), "@sha256:abc", "@sha512:"+strings.Repeat("c", 128), ":-x", "@md5:"+strings.Repeat("a", 32), "@sha256:"+strings.Repeat("A", 64))
		v := map[string]any{"text": s}
		if ref, err := reference.Parse(s); err != nil {
			v["error"] = err.Error()
		} else {
			if x, ok := ref.(reference.Named); ok {
				v["domain"], v["path"] = reference.Domain(x), reference.Path(x)
			}
			if x, ok := ref.(reference.Tagged); ok {
				v["tag"] = x.Tag()
			}
			if x, ok := ref.(reference.Digested); ok {
				v["digest"] = x.Digest().String()
			}
		}
		out = append(out, v)
	}
	return
}

func arns(n int) (out []map[string]any) {
	for len(out) < n {
		s := pick("arn", "arn", "arn", "ARN", "") + ":" + pick("aws", "aws-cn", "", "aws-us-gov") + ":" + pick("iam", "sts", "ecr", "") + ":" + pick("", "eu-west-1") + ":" + pick("123456789012", "") + pick(":", ":", ":", "") + pick("role/a", "role/p/q/r", "role", "user:x", "", "repository/a/b:c", "assumed-role/r/s")
		v := map[string]any{"text": s}
		if a, err := arn.Parse(s); err != nil {
			v["error"] = err.Error()
		} else {
			v["partition"], v["service"], v["region"], v["account_id"], v["resource"] = a.Partition, a.Service, a.Region, a.AccountID, a.Resource
		}
		out = append(out, v)
	}
	return
}

// typ returns a random type, nested this deep at most.
func typ(depth int) cty.Type {
	k := r.Intn(9)
	if depth == 0 {
		k = r.Intn(4)
	}
	switch k {
	case 0:
		return cty.String
	case 1:
		return cty.Number
	case 2:
		return cty.Bool
	case 3:
		return cty.DynamicPseudoType
	case 4:
		return cty.List(typ(depth - 1))
	case 5:
		return cty.Map(typ(depth - 1))
	case 6:
		return cty.Set(typ(depth - 1))
	case 7:
		var ts []cty.Type
		for i := 0; i < r.Intn(3); i++ {
			ts = append(ts, typ(depth-1))
		}
		return cty.Tuple(ts)
	}
	m := map[string]cty.Type{}
	for i := 0; i < r.Intn(4); i++ {
		m[pick("a", "b", "c", "ä", "x_y", "zz")] = typ(depth - 1)
	}
	return cty.Object(m)
}

// concrete returns the type without dynamic parts: all elements of a collection have one type.
func concrete(t cty.Type) cty.Type {
	for t.HasDynamicTypes() {
		t = typ(1)
	}
	return t
}

// value returns a random value of the type: null, unknown or known.
func value(t cty.Type, unknowns bool) cty.Value {
	if chance(0.08) {
		return cty.NullVal(t)
	}
	if unknowns && chance(0.1) {
		u := cty.UnknownVal(t)
		if t == cty.DynamicPseudoType {
			return u
		}
		switch {
		case t == cty.String && chance(0.6):
			return u.Refine().NotNull().StringPrefix(pick("arn:", "https://", "ä", "")).NewValue()
		case t == cty.Number && chance(0.6):
			return u.Refine().NotNull().NumberRangeLowerBound(cty.NumberIntVal(int64(r.Intn(10))), chance(0.5)).NewValue()
		case (t.IsListType() || t.IsMapType() || t.IsSetType()) && chance(0.6):
			return u.Refine().NotNull().CollectionLengthLowerBound(r.Intn(2)).CollectionLengthUpperBound(2 + r.Intn(4)).NewValue()
		case chance(0.5):
			return u.Refine().NotNull().NewValue()
		}
		return u
	}
	switch {
	case t == cty.String:
		return cty.StringVal(pick("", "a", "ä", "e\u0301", "\u212b", "\u0000", "a\nb", "日本", "😀", strings.Repeat("x", 40), strings.Repeat("y", 300), "<&>", "\u2028"))
	case t == cty.Number:
		switch r.Intn(9) {
		case 0:
			return cty.NumberIntVal(r.Int63() - r.Int63())
		case 1:
			return cty.NumberIntVal(int64(r.Intn(300) - 150))
		case 2:
			return cty.NumberFloatVal(float64(r.Intn(1000)) / 8)
		case 3:
			return cty.NumberFloatVal(r.NormFloat64() * 1e10)
		case 4:
			return cty.NumberVal(new(big.Float).SetInt(new(big.Int).Exp(big.NewInt(int64(2+r.Intn(8))), big.NewInt(int64(60+r.Intn(100))), nil)))
		case 5:
			return cty.MustParseNumberVal(pick("0.1", "1e100", "3.14159265358979323846264338327950288", "-0.000000000000000000001", "123456789012345678901234567890.125"))
		case 6:
			return either(cty.PositiveInfinity, cty.NegativeInfinity)
		case 7:
			return cty.NumberUIntVal(18446744073709551615)
		}
		return cty.Zero
	case t == cty.Bool:
		return cty.BoolVal(chance(0.5))
	case t == cty.DynamicPseudoType:
		return value(concrete(typ(2)), unknowns)
	case t.IsListType() || t.IsSetType():
		e := element(t.ElementType())
		var vs []cty.Value
		for i := 0; i < r.Intn(4); i++ {
			vs = append(vs, value(e, unknowns))
		}
		if len(vs) == 0 {
			if t.IsListType() {
				return cty.ListValEmpty(e)
			}
			return cty.SetValEmpty(e)
		}
		if t.IsListType() {
			return cty.ListVal(vs)
		}
		return cty.SetVal(vs)
	case t.IsMapType():
		e := element(t.ElementType())
		m := map[string]cty.Value{}
		for i := 0; i < r.Intn(4); i++ {
			m[pick("", "a", "b", "ä", "e\u0301", "long key with blanks")] = value(e, unknowns)
		}
		if len(m) == 0 {
			return cty.MapValEmpty(e)
		}
		return cty.MapVal(m)
	case t.IsTupleType():
		var vs []cty.Value
		for _, e := range t.TupleElementTypes() {
			vs = append(vs, value(e, unknowns))
		}
		return cty.TupleVal(vs)
	case t.IsObjectType():
		m := map[string]cty.Value{}
		for _, k := range slices.Sorted(maps.Keys(t.AttributeTypes())) { // in any other order, a seed would give other values
			m[k] = value(t.AttributeType(k), unknowns)
		}
		return cty.ObjectVal(m)
	}
	panic("type")
}

// either returns one of two values.
func either(a, b cty.Value) cty.Value {
	if chance(0.5) {
		return a
	}
	return b
}

// element returns the type, or a concrete one in its place.
func element(t cty.Type) cty.Type {
	if t.HasDynamicTypes() {
		return concrete(t)
	}
	return t
}

func values(n int) (out []map[string]any) {
	one := func() (v map[string]any) {
		defer func() {
			if recover() != nil {
				v = nil
			}
		}()
		t := typ(3)
		unknowns := chance(0.5)
		x := value(t, unknowns)
		if !x.Type().Equals(t) && !t.HasDynamicTypes() {
			return nil
		}
		b, err := msgpack.Marshal(x, t)
		if err != nil {
			return nil
		}
		tj, err := ctyjson.MarshalType(t)
		if err != nil {
			return nil
		}
		back, err := msgpack.Unmarshal(b, t)
		if err != nil {
			return nil
		}
		v = map[string]any{"type": json.RawMessage(tj), "msgpack": hex.EncodeToString(b), "whole": back.IsWhollyKnown()}
		if back.IsWhollyKnown() {
			j, err := ctyjson.Marshal(x, t)
			if err == nil {
				v["json"] = string(j)
			}
		}
		return v
	}
	for len(out) < n {
		if v := one(); v != nil {
			out = append(out, v)
		}
	}
	return
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: small SEED COUNT FOLDER")
		os.Exit(2)
	}
	seed, err := strconv.ParseInt(os.Args[1], 10, 64)
	must(err)
	n, err := strconv.Atoi(os.Args[2])
	must(err)
	for i, k := range []struct {
		name string
		f    func(int) []map[string]any
	}{{"durations", durations}, {"proxies", proxies}, {"image-references", images}, {"arns", arns}, {"values", values}} {
		r = rand.New(rand.NewSource(seed + int64(i)*1000003))
		f, err := os.Create(filepath.Join(os.Args[3], k.name+".json"))
		must(err)
		e := json.NewEncoder(f)
		e.SetEscapeHTML(false)
		f.WriteString("[\n")
		vs := k.f(n)
		for j, v := range vs {
			b, err := json.Marshal(v)
			must(err)
			f.Write(b)
			if j < len(vs)-1 {
				f.WriteString(",")
			}
			f.WriteString("\n")
		}
		f.WriteString("]\n")
		must(f.Close())
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
