import { type ChildProcess, spawn } from 'node:child_process'
import { type EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dbus from '@homebridge/dbus-native'
import { until } from '../../support.js'

/** A system bus of the test's own. */
export class BusLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'claimd-bus-'))
  readonly path = join(this.folder, 'socket')
  #daemon: ChildProcess | null = null
  readonly #services: TestService[] = []

  static readonly isThere = existsSync('/usr/bin/dbus-daemon')

  async start(): Promise<void> {
    const config = join(this.folder, 'bus.conf')
    writeFileSync(
      config,
      `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig><type>system</type><listen>unix:path=${this.path}</listen><auth>EXTERNAL</auth>
      <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="false"/>
      <allow receive_sender="*"/><allow send_type="signal"/></policy></busconfig>`,
    )
    this.#daemon = spawn('/usr/bin/dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile'], {
      stdio: 'ignore',
    })
    // There is a moment between the socket's file and the first connection that is taken.
    await until(() => takesConnections(this.path))
  }

  async stop(): Promise<void> {
    if (!this.#daemon) return
    const gone = once(this.#daemon, 'exit')
    this.#daemon.kill('SIGKILL')
    await gone
    this.#daemon = null
    rmSync(this.path, { force: true })
  }

  /** A service with some methods, under a name of its own. */
  async service(name: string): Promise<TestService> {
    const service = await TestService.start(this.path, name)
    this.#services.push(service)
    return service
  }

  async end(): Promise<void> {
    for (const service of this.#services) service.end()
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function takesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** What the library offers services; it declares no types for it. */
interface ServiceBus {
  connection: EventEmitter & { end(): void }
  requestName(name: string, flags: number, done: (error: Error | null) => void): void
  setMethodCallHandler(
    path: string,
    of: string,
    member: string,
    handler: [(...args: never[]) => unknown, string],
  ): void
  sendSignal(path: string, of: string, member: string, signature: string, args: unknown[]): void
}

export const testInterface = 'org.claimd.Test'

export class TestService {
  private constructor(readonly bus: ServiceBus) {}

  static async start(path: string, name: string): Promise<TestService> {
    const library = dbus as unknown as { createClient(options: object): ServiceBus }
    const bus = library.createClient({ busAddress: `unix:path=${path}`, authMethods: ['EXTERNAL'] })
    // The bus goes away in some tests.
    bus.connection.on('error', () => {})
    await new Promise<void>((resolve, reject) => {
      bus.requestName(name, 0, (error) => (error ? reject(error) : resolve()))
    })
    return new TestService(bus)
  }

  /** Answers a method of an object. @param signature of what it returns */
  method(path: string, member: string, signature: string, handler: (...args: never[]) => unknown): void {
    this.bus.setMethodCallHandler(path, testInterface, member, [handler, signature])
  }

  signal(path: string, member: string, signature = '', args: unknown[] = []): void {
    this.bus.sendSignal(path, testInterface, member, signature, args)
  }

  end(): void {
    this.bus.connection.end()
  }
}
