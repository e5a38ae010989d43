/**
 * Watches the links of its network namespace for a test, and says what it hears: one JSON document a line.
 * Obeys the lines on its standard input. Arguments: the size of the receive buffer, empty for the default; and
 * `udev` where a udev of the test's own looks after the namespace, `polling` for links without netlink.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { NetlinkSource, PollingSource } from '../../host/links/index.js'

const say = (document: unknown) => {
  process.stdout.write(`${JSON.stringify(document)}\n`)
}
const size = process.argv[2]
const descriptors = () => readdirSync('/proc/self/fd').length
const exitHooks = () => process.listenerCount('exit')

const manners = process.argv.slice(3)
const udev = manners.includes('udev') ? { udev: { initialNamespace: true } } : {}
const source = manners.includes('polling')
  ? new PollingSource({ interval: 50, ...udev })
  : new NetlinkSource({
      ...(size ? { receiveBuffer: Number(size) } : {}),
      ...udev,
    })

const commands: Record<string, (argument: string) => void | Promise<void>> = {
  /** Ends the watching; the process then ends by itself. */
  close() {
    source.close()
    say({ closed: true, exitHooks: exitHooks() })
    process.stdin.destroy()
  },
  exit: () => process.exit(3),
  throw() {
    throw new Error('thrown on purpose')
  },
  /** Keeps the loop from turning, as long and slow work would, until a file is there. */
  async block(file) {
    await new Promise((written) => process.stdout.write('{"blocking":true}\n', written))
    while (!existsSync(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  },
  /** What somebody else sees at this moment. */
  async fresh() {
    const other = new NetlinkSource()
    await other.start((events) => say({ fresh: events }))
    other.close()
  },
  /** Has `ip` change something, while nothing is heard of it, and catches up. */
  async ip(args) {
    execFileSync('ip', args.split(' '))
    await source.catchUp()
    say({ caughtUp: true })
  },
  status: () =>
    say({
      status: {
        resyncs: source.resyncs,
        malformed: source.malformed,
        buffer: 'receiveBuffer' in source ? source.receiveBuffer : 0,
        because: source.because,
      },
    }),
  descriptors: () => say({ descriptors: descriptors() }),
  /** Opens and closes others, to see what is left behind. */
  async others(count) {
    for (let i = 0; i < Number(count); i++) {
      const other = new NetlinkSource()
      await other.start(() => {})
      other.close()
    }
    say({ others: true })
  },
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const [name = '', ...args] = line.split(' ')
  void commands[name]?.(args.join(' '))
})
process.on('SIGTERM', () => {
  source.close()
  process.stdin.destroy()
})

await source.start((events) => say({ events }))
say({ started: source.where })
