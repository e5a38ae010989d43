import { createSocket } from 'node:dgram'
import { chmodSync, cpSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { Facts } from '../../host/plugin-host/jail/facts.js'
import { root } from '../lab.js'
import type { AttackLab } from './attack-lab.js'
import { dataOf, type PluginFacts } from './attacking-plugin.js'

/** Files in /tmp that are open to everybody. */
export function placeFiles(outside: string): void {
  for (const name of ['secret', 'code.cjs', 'code.mjs', 'env']) writeFileSync(join(outside, name), '')
  cpSync(addon(), join(outside, 'addon.node'))
}

/** A native addon that this Node can load. */
export function addon(): string {
  const [libsql] = readdirSync(join(root, 'node_modules/@libsql')).filter((name) => name.startsWith('linux-'))
  return join(root, 'node_modules/@libsql', libsql!, 'index.node')
}

/** What `attacker` aims at: the daemon, and the plugin `victim`. */
export async function factsOf(lab: AttackLab, servers: Servers | null = null): Promise<PluginFacts> {
  const [attacker, victim] = [await lab.document('attacker'), await lab.document('victim')]
  const link = join(dataOf(lab, 'attacker'), 'link')
  symlinkSync(join(lab.outside, 'secret'), link)
  const [runner] = readdirSync(join(lab.state, 'stage/runner'))
  return {
    host: lab.daemon.pid,
    other: { pid: victim.pid!, data: victim.data, code: victim.active!.staged! },
    own: {
      data: attacker.data,
      code: attacker.active!.staged!,
      runner: join(lab.state, 'stage/runner', runner!, 'runner.js'),
      link,
    },
    outside: lab.outside,
    search: lab.plugins,
    state: lab.state,
    control: lab.socket,
    foreign: (await lab.http('GET', '/v1/adapters/by-0')).json.id,
    tcp: servers?.tcp ?? 0,
    udp: servers?.udp ?? 0,
    sockets: servers?.sockets ?? { abstract: '', run: '', tmp: '', usr: '' },
  }
}

/** Sockets of all kinds that everybody may connect to. */
export class Servers {
  readonly #listening: { close(): void }[] = []
  tcp = 0
  udp = 0
  readonly sockets: Facts['sockets']
  /** A script that mounts one as the system bus has it, and one among the programs. */
  readonly mounts: string

  private constructor(outside: string) {
    this.sockets = {
      abstract: `\0claimd-test-${process.pid}-${outside}`,
      run: '/run/dbus/system_bus_socket',
      tmp: join(outside, 'socket'),
      usr: '/usr/local/share/claimd-test-socket',
    }
    this.mounts = `mount -t tmpfs -o mode=0755 claimd-test /run
mkdir /run/dbus
: > ${this.sockets.run}
mount --bind ${outside}/bus ${this.sockets.run}
mount -t tmpfs -o mode=0755 claimd-test /usr/local/share
: > ${this.sockets.usr}
mount --bind ${outside}/usr ${this.sockets.usr}`
  }

  static async listen(outside: string): Promise<Servers> {
    const servers = new Servers(outside)
    const tcp = await servers.#listen({ port: 0, host: '127.0.0.1' })
    servers.tcp = (tcp.address() as { port: number }).port
    const udp = createSocket('udp4')
    await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))
    servers.#listening.push(udp)
    servers.udp = udp.address().port
    await servers.#listen({ path: servers.sockets.abstract })
    for (const path of [servers.sockets.tmp, join(outside, 'bus'), join(outside, 'usr')]) {
      await servers.#listen({ path })
      chmodSync(path, 0o666)
    }
    return servers
  }

  close(): void {
    for (const one of this.#listening) one.close()
  }

  #listen(where: object): Promise<Server> {
    return new Promise((done, fail) => {
      const server = createServer((socket) => socket.on('error', () => {}).end())
      this.#listening.push(server)
      server.on('error', fail).listen(where, () => done(server))
    })
  }
}
