import type { Benchmark } from './benchmark.js'
import { adapters } from './benchmarks/adapters.js'
import { burst } from './benchmarks/burst.js'
import { latency } from './benchmarks/latency.js'
import { offers } from './benchmarks/offers.js'
import { scale } from './benchmarks/scale.js'

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [latency, burst, offers, adapters, scale]
