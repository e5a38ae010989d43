import { dbusFixture, execFixture, type Fixtures, MissingFixture, readFixture } from '@claimd/sdk/testing'
import type { Caller } from './caller.js'
import { checkCall, checkSubscription } from './dbus/dbus-rules.js'
import { allowedBy } from './exec/exec-rules.js'
import { execHandlers } from './exec/exec-service.js'
import { compileFileGlob } from './read/read-grant.js'
import { checkedGlob, grantFor } from './read/read-service.js'
import type { Handlers } from './services.js'

/** Higher than any process id can be. */
const noPid = 2 ** 22 + 1

export interface FixtureOptions {
  fixtures: Fixtures
  /** Whether a program is the plugin's own; such a one is run. */
  isOwn(program: string): boolean
  /** Told of each request that the fixtures do not have. */
  onMissing(error: MissingFixture): void
}

/**
 * Reads files, runs programs and calls the bus from fixtures: the machine is not touched. What a plugin was not granted
 * is refused as always.
 */
export function fixtureHandlers({ fixtures, isOwn, onMissing }: FixtureOptions): Handlers {
  const handlers = { ...read(fixtures), ...exec(fixtures, isOwn), ...dbus(fixtures) }
  const noting =
    (handler: AnyHandler): AnyHandler =>
    async (...asked) => {
      try {
        return await handler(...asked)
      } catch (error) {
        if (error instanceof MissingFixture) onMissing(error)
        throw error
      }
    }
  const noted = Object.entries(handlers).map(([name, handler]) => [name, noting(handler as AnyHandler)])
  return Object.fromEntries(noted)
}

type AnyHandler = (...asked: unknown[]) => unknown

function read(fixtures: Fixtures): Handlers {
  const paths = Object.keys(fixtures.read ?? {})
  const textOf = (caller: Caller, path: string) => {
    grantFor(caller, path)
    return Buffer.from(readFixture(fixtures, path))
  }
  return {
    readFile: async ({ path }, caller) => ({ base64: textOf(caller, path).toString('base64') }),
    readStat: async ({ path }, caller) => ({ size: textOf(caller, path).length, modified: 0 }),
    async readList({ glob }, caller) {
      const grant = checkedGlob(caller, glob, 'list')
      const { fits } = compileFileGlob(glob)
      return { paths: paths.filter((path) => fits(path) && grant.allows(path)).sort() }
    },
    async readWatch({ handle, glob }, caller) {
      checkedGlob(caller, glob, 'watch')
      void caller.tell(handle, { type: 'changed' })
      return {}
    },
    readUnwatch: async () => ({}),
  }
}

function exec(fixtures: Fixtures, isOwn: (program: string) => boolean): Handlers {
  const real = execHandlers()
  return {
    async execRun(asked, caller) {
      const { program, args } = asked
      if (isOwn(program)) return real.execRun!(asked, caller)
      await allowedBy(caller, { program, args })
      return execFixture(fixtures, program, args)
    },
    async execStart(asked, caller) {
      const { program, args, handle } = asked
      if (isOwn(program)) return real.execStart!(asked, caller)
      await allowedBy(caller, { program, args })
      const { stdout, stderr, code } = execFixture(fixtures, program, args)
      void (async () => {
        if (stdout !== '') await caller.tell(handle, { type: 'output', stream: 'stdout', text: stdout })
        if (stderr !== '') await caller.tell(handle, { type: 'output', stream: 'stderr', text: stderr })
        await caller.tell(handle, { type: 'exit', code, signal: null })
      })()
      return { pid: noPid }
    },
    execWrite: (asked, caller) => real.execWrite!(asked, caller),
    execKill: (asked, caller) => real.execKill!(asked, caller),
  }
}

function dbus(fixtures: Fixtures): Handlers {
  return {
    async dbusCall(call, caller) {
      checkCall(caller, call)
      return { values: dbusFixture(fixtures, call) }
    },
    async dbusSubscribe(wanted, caller) {
      checkSubscription(caller, wanted)
      return {}
    },
    dbusUnsubscribe: async () => ({}),
  }
}
