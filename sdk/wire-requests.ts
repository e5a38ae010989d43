/**
 * What a plugin asks of the host: every method with the schema of its parameters, once. A request's id is the
 * plugin's own and has nothing to do with the ids of the host's requests.
 *
 * What lasts (a program, a watch, a subscription) has a handle: a number that the plugin chooses, so that
 * nothing about it can arrive before it is known.
 */
import type { Adapter } from './adapter.js'
import type { DBusCall, DBusSignal, DBusSubscription } from './services/dbus.js'
import type { ProgramEnd, ProgramResult } from './services/exec.js'
import type { LinksService, NewLink, Route } from './services/links.js'
import type { RequestedOffer } from './services/offers.js'
import type { FileStatus } from './services/read.js'

/** Everything that a request may carry, and what its result is. */
export interface Requests {
  /** With the adapter for a `look`. */
  links: { params: LinksAction; result: { adapter?: Adapter } }
  /** `adapter`: an id, or `all`. */
  offersRequest: { params: { adapter: string }; result: { offers: RequestedOffer[] } }
  readFile: { params: { path: string }; result: { base64: string } }
  readStat: { params: { path: string }; result: FileStatus }
  readList: { params: { glob: string }; result: { paths: string[] } }
  readWatch: { params: { handle: number; glob: string }; result: object }
  readUnwatch: { params: { handle: number }; result: object }
  execRun: {
    params: { handle: number; program: string; args: string[]; input?: string; timeoutMs: number }
    result: ProgramResult
  }
  execStart: { params: { handle: number; program: string; args: string[] }; result: { pid: number } }
  execWrite: { params: { handle: number; text: string; end: boolean }; result: object }
  /** Without a signal: SIGTERM, and SIGKILL after a grace. */
  execKill: { params: { handle: number; signal?: string }; result: object }
  dbusCall: { params: DBusCall; result: { values: unknown[] } }
  dbusSubscribe: { params: DBusSubscription & { handle: number }; result: object }
  dbusUnsubscribe: { params: { handle: number }; result: object }
  /** `found` tells an absent value from `null`. */
  storageGet: { params: { key: string }; result: { found: boolean; value?: unknown } }
  storageSet: { params: { key: string; value: unknown }; result: object }
  storageDelete: { params: { key: string }; result: object }
  storageKeys: { params: object; result: { keys: string[] } }
  secretsGet: { params: { key: string }; result: { found: boolean; value?: string } }
  secretsSet: { params: { key: string; value: string }; result: object }
  secretsDelete: { params: { key: string }; result: object }
  secretsKeys: { params: object; result: { keys: string[] } }
}

export type RequestMethod = keyof Requests

/** What a plugin wants done to a link: the method of {@link LinksService} and its arguments. */
export type LinksAction =
  | { action: 'look'; adapter: string; fence: number }
  | { action: 'up' | 'down'; adapter: string; fence: number }
  | { action: 'addAddress' | 'removeAddress'; adapter: string; fence: number; address: string }
  | { action: 'addRoute' | 'removeRoute'; adapter: string; fence: number; route: Route }
  | { action: 'setMtu'; adapter: string; fence: number; mtu: number }
  | { action: 'create'; link: NewLink }
  | { action: 'remove'; name: string }
  | { action: 'adopt'; name: string; fence: number }

/** What the host tells of something that lasts. */
export type HandleEvent =
  | { type: 'changed' }
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | ({ type: 'exit' } & ProgramEnd)
  | { type: 'signal'; signal: DBusSignal }

/** The parameters of the host's notification `handle`. */
export interface HandleParams {
  handle: number
  event: HandleEvent
}

/** How large arguments of calls may be: texts in characters, lists in items, values in bytes as JSON. */
export const argumentLimits = {
  text: 4096,
  integer: 2 ** 32 - 1,
  connection: 1024,
  args: 256,
  input: 256 * 1024,
  timeoutMs: 600_000,
  key: 256,
  value: 256 * 1024,
  /** How deep a value may be nested. */
  depth: 64,
  secret: 64 * 1024,
  secretBytes: 128 * 1024,
} as const

const text = { type: 'string', maxLength: argumentLimits.text } as const
const handle = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const
const program = {
  handle,
  program: text,
  args: { type: 'array', items: text, maxItems: argumentLimits.args },
} as const
const input = { type: 'string', maxLength: argumentLimits.input } as const
const key = { type: 'string', minLength: 1, maxLength: argumentLimits.key } as const

function params(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const integer = { type: 'integer', minimum: 0, maximum: argumentLimits.integer } as const
const held = { adapter: text, fence: { type: 'integer' } } as const
const route = params({ destination: text, gateway: text, metric: integer }, ['gateway', 'metric'])
const link = params(
  {
    name: text,
    kind: { enum: ['bridge', 'dummy', 'wireguard', 'veth', 'macvlan', 'vlan'] },
    peer: text,
    parent: params(held),
    id: integer,
    fence: held.fence,
  },
  ['peer', 'parent', 'id', 'fence'],
)
const linksActions: [actions: string[], schema: object][] = [
  [['look', 'up', 'down'], params({ action: {}, ...held })],
  [['addAddress', 'removeAddress'], params({ action: {}, ...held, address: text })],
  [['addRoute', 'removeRoute'], params({ action: {}, ...held, route })],
  [['setMtu'], params({ action: {}, ...held, mtu: integer })],
  [['create'], params({ action: {}, link })],
  [['remove'], params({ action: {}, name: text })],
  [['adopt'], params({ action: {}, name: text, fence: held.fence })],
]
/** Conditions and no union: what is wrong is then told of the branch that `action` selects, and of no other. */
const linksAction = {
  type: 'object',
  properties: { action: { enum: linksActions.flatMap(([actions]) => actions) } },
  required: ['action'],
  allOf: linksActions.map(([actions, schema]) => ({
    if: { properties: { action: { enum: actions } }, required: ['action'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: schema,
  })),
}

const object = { name: text, path: text, interface: text, member: text }

/** The schema of each method's parameters. */
export const requestSchemas: Record<RequestMethod, object> = {
  links: linksAction,
  offersRequest: params({ adapter: text }),
  readFile: params({ path: text }),
  readStat: params({ path: text }),
  readList: params({ glob: text }),
  readWatch: params({ handle, glob: text }),
  readUnwatch: params({ handle }),
  execRun: params(
    {
      ...program,
      input,
      timeoutMs: { type: 'integer', minimum: 1, maximum: argumentLimits.timeoutMs },
    },
    ['input'],
  ),
  execStart: params(program),
  execWrite: params({ handle, text: input, end: { type: 'boolean' } }),
  execKill: params({ handle, signal: { type: 'string', pattern: '^SIG[A-Z0-9]{1,10}$' } }, ['signal']),
  dbusCall: params({ ...object, signature: { type: 'string', maxLength: 255 }, args: { type: 'array' } }, [
    'signature',
    'args',
  ]),
  dbusSubscribe: params({ handle, ...object }, ['path']),
  dbusUnsubscribe: params({ handle }),
  storageGet: params({ key }),
  storageSet: params({ key, value: {} }),
  storageDelete: params({ key }),
  storageKeys: params({}),
  secretsGet: params({ key }),
  secretsSet: params({ key, value: { type: 'string', maxLength: argumentLimits.secret } }),
  secretsDelete: params({ key }),
  secretsKeys: params({}),
}

/** A request of a plugin, as a whole. */
export const requestSchema = {
  type: 'object',
  properties: { method: { enum: Object.keys(requestSchemas) } },
  required: ['method', 'params'],
  allOf: Object.entries(requestSchemas).map(([method, schema]) => ({
    if: { properties: { method: { const: method } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { params: schema } },
  })),
}

/** What an error of the host carries beside its text. */
export interface RequestErrorData {
  code: string
  found: string | null
  expected: string | null
  remedy: string | null
}
