#!/usr/bin/env node
import type { ControlClient } from './client.js'
import { main } from './program.js'
import type { World } from './world.js'

const loadClient = () => import('@claimd/sdk/client')

let readersMatter = true
const world: World = {
  args: process.argv.slice(2),
  env: process.env,
  uid: process.geteuid!(),
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  defaultSocket: async () => (await loadClient()).defaultSocket(process.env, process.geteuid!()),
  connect: async (socket): Promise<ControlClient> => new (await loadClient()).Client({ socket }),
  startDaemon: async (options) => (await import('../main.js')).startDaemon(options),
  signals: process,
  exit: (code) => process.exit(code),
  outliveReaders: () => {
    readersMatter = false
  },
}

// A reader that has seen enough (`| head`) or a terminal that was closed is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    if (readersMatter) process.exit()
  })
}

// Not process.exit(): what was written has to reach its reader first.
process.exitCode = await main(world)
