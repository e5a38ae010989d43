import type { Benchmark } from './benchmark.js'
import { adapters } from './benchmarks/adapters.js'
import { burst } from './benchmarks/burst.js'
import { connect } from './benchmarks/connect.js'
import { control } from './benchmarks/control.js'
import { flaps } from './benchmarks/flaps.js'
import { idle } from './benchmarks/idle.js'
import { latency } from './benchmarks/latency.js'
import { memory } from './benchmarks/memory.js'
import { offers } from './benchmarks/offers.js'
import { plugins } from './benchmarks/plugins.js'
import { reload } from './benchmarks/reload.js'
import { restart } from './benchmarks/restart.js'
import { scale } from './benchmarks/scale.js'
import { start } from './benchmarks/start.js'

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  latency,
  connect,
  burst,
  offers,
  adapters,
  memory,
  idle,
  flaps,
  start,
  scale,
  control,
  restart,
  reload,
  plugins,
]
