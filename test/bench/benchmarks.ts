import type { Benchmark } from './benchmark.js'
import { latency } from './benchmarks/latency.js'

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [latency]
