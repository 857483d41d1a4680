package main

import "math/rand"

// The one source of chance: a seed gives the same questions on every machine.
var r *rand.Rand

func pick(xs ...string) string { return xs[r.Intn(len(xs))] }
func chance(p float64) bool    { return r.Float64() < p }
