import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Sends a datagram every 10 ms, and says at the end how many there were and how many have not come back. */
const sender = (to: string) => `
  const socket = require('node:dgram').createSocket('udp4')
  let [sent, lost] = [0, new Set()]
  socket.on('message', (message) => lost.delete(Number(message)))
  const timer = setInterval(() => {
    lost.add(++sent)
    socket.send(String(sent), 7, '${to}', () => {})
  }, 10)
  socket.once('message', () => console.log('begun'))
  process.once('SIGTERM', () => {
    clearInterval(timer)
    setTimeout(() => {
      console.log(JSON.stringify({ sent, lost: lost.size }))
      process.exit()
    }, 300)
  })`

const echo = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (message, { address, port }) => socket.send(message, port, address, () => {}))
  socket.bind(7, () => console.log('ready'))`

/** Datagrams from one network namespace to another, and back. */
export class Pings {
  readonly #echo: ChildProcess
  readonly #sender: ChildProcess
  #output = ''

  private constructor(echo: ChildProcess, sender: ChildProcess) {
    this.#echo = echo
    this.#sender = sender
    sender.stdout!.on('data', (text) => {
      this.#output += text
    })
  }

  /** Resolves when the first has come back. */
  static async between(from: string, to: string, address: string): Promise<Pings> {
    const echoing = run(to, echo)
    await once(echoing.stdout!, 'data')
    const pings = new Pings(echoing, run(from, sender(address)))
    await once(pings.#sender.stdout!, 'data')
    return pings
  }

  async end(): Promise<{ sent: number; lost: number }> {
    this.#sender.kill('SIGTERM')
    await once(this.#sender, 'close')
    this.#echo.kill('SIGKILL')
    return JSON.parse(this.#output.trim().split('\n').at(-1)!)
  }

  /** Also where the test has failed. */
  kill(): void {
    this.#sender.kill('SIGKILL')
    this.#echo.kill('SIGKILL')
  }
}

function run(namespace: string, code: string): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
