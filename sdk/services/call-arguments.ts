/**
 * The arguments that each call of the context takes. The plugin's process checks them before the host is asked, and
 * `FakeContext` checks them alike; the host checks what arrives once more, by the schemas of `wire-requests.ts`.
 */
import { constants } from 'node:os'
import { progressStates } from '../wire-answers.js'
import { argumentLimits } from '../wire-requests.js'
import {
  type Check,
  callback,
  integer,
  json,
  listOf,
  methods,
  object,
  oneOf,
  optional,
  shownArgument,
  string,
  variants,
  where,
} from './argument-checks.js'
import type { ContextError } from './context-error.js'

const limits = argumentLimits
const { text: maxLength } = limits

/** See `Adapter.id`. A name looks different. */
const adapterId = { maxLength, pattern: /^\d+\.\d+$/ }
const adapter = string('the id of an adapter, such as offer.adapter.id, and not its name', adapterId)
const fence = integer('the fence of the claim, such as offer.fence', 0, Number.MAX_SAFE_INTEGER)
const held = { adapter, fence }

const address = string('an address with its prefix length, such as "10.0.0.2/24"', {
  maxLength,
  pattern: /^[0-9a-f:.]+\/\d+$/i,
})
const route = object('a route, such as { destination: "10.0.0.0/8", gateway: "192.0.2.1" }', {
  destination: string('a network, such as "10.0.0.0/8", or "default"', {
    maxLength,
    pattern: /^([0-9a-f:.]+\/\d+|default)$/i,
  }),
  gateway: optional(string('an address, such as "192.0.2.1"', { maxLength, pattern: /^[0-9a-f:.]+$/i })),
  metric: optional(integer('a whole number from 0 to 4294967295', 0, limits.integer)),
})
const linkName = string('a name of 1 to 15 letters, digits, `_`, `.` and `-`, the first no `.` or `-`', {
  maxLength,
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/,
})
const parent = object('the adapter that it is made on, as { adapter, fence }', held)
const forConnect = optional(held.fence)
const link = variants('a link, such as { kind: "bridge", name: "br-lab" }', 'kind', {
  bridge: { name: linkName, fence: forConnect },
  dummy: { name: linkName, fence: forConnect },
  wireguard: { name: linkName, fence: forConnect },
  veth: { name: linkName, peer: linkName, fence: forConnect },
  macvlan: { name: linkName, parent },
  vlan: { name: linkName, parent, id: integer('the id of a VLAN, from 0 to 4094', 0, 4094) },
})

const program = string('the absolute path of a program, such as "/usr/bin/mmcli"', {
  maxLength,
  pattern: /^\/[^\0]*$/,
  remedy: 'write the whole path: no search path is used',
})
const args = listOf(
  'a list of strings, one for each argument, such as ["-n"]',
  string('a string without NUL', { maxLength, pattern: /^[^\0]*$/ }),
  limits.args,
)
const input = string('the text for its standard input', { maxLength: limits.input })
const runOptions = object('options, such as { timeoutMs: 5000 }', {
  input: optional(input),
  timeoutMs: optional(
    integer(`a whole number of milliseconds from 1 to ${limits.timeoutMs}`, 1, limits.timeoutMs),
  ),
  signal: optional(where('an AbortSignal', (signal) => signal instanceof AbortSignal)),
})
const signalName = where(
  'a signal, such as "SIGHUP"',
  (name) => typeof name === 'string' && Object.hasOwn(constants.signals, name),
)

/** As the names on the bus are written, and at most 255 characters long. */
const busName = (expected: string, pattern: RegExp) => string(expected, { maxLength: 255, pattern })
const busPath = busName('the path of an object, such as "/org/example/Modem/0"', /^\/$|^(\/[A-Za-z0-9_]+)+$/)
const busMember = {
  name: busName(
    'the name of a service, such as "org.freedesktop.ModemManager1"',
    /^[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/,
  ),
  interface: busName(
    'the name of an interface, such as "org.freedesktop.DBus.Properties"',
    /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/,
  ),
  member: busName('the name of a method or signal, such as "Get"', /^[A-Za-z_][A-Za-z0-9_]*$/),
}
const busArgument = json({
  maxBytes: limits.value,
  maxDepth: limits.depth,
  remedy: 'write 64-bit integers as strings of digits, and byte arrays as lists of numbers',
  tooLarge: 'send less at a time',
})
const dbusCall = object('a call, as { name, path, interface, member, signature, args }', {
  ...busMember,
  path: busPath,
  signature: optional(string('the types of `args`, such as "sa{sv}"', { maxLength: 255 })),
  args: optional(listOf('a list, with one item for each argument', busArgument, Number.POSITIVE_INFINITY)),
})
const dbusSubscription = object('a subscription, as { name, interface, member }', {
  ...busMember,
  path: optional(busPath),
})

/** Without `.`, `..` and double slashes. A slash at the end does no harm. */
const absolute = /^\/(?!\/)((?!\.{1,2}(\/|$))[^/\0]+(\/|$))*$/
const path = string('an absolute path without `.`, `..` and double slashes', { maxLength, pattern: absolute })
const glob = string('an absolute path or glob without `.`, `..` and double slashes', {
  maxLength,
  pattern: absolute,
})

const key = string('a key', { maxLength: limits.key, minLength: 1 })
const value = json({
  maxBytes: limits.value,
  maxDepth: limits.depth,
  remedy:
    'store plain objects, lists, strings, finite numbers, booleans and null; delete a key to store nothing',
  tooLarge: 'store it under several keys, or as a file in context.storage.folder',
})
const secretText = string('a string', { maxLength: limits.secret })
const secretJson = json({
  maxBytes: limits.secretBytes,
  maxDepth: 0,
  remedy: 'store a string',
  tooLarge: 'store it in parts, under several keys',
})
const secret: Check = (value, place) => secretText(value, place) ?? secretJson(value, place)

const providerMethods = methods(
  'a provider: an object with methods, such as { claimConnection(offer) { … } }',
  [
    'claimConnection',
    'verify',
    'claimed',
    'released',
    'resources',
    'validate',
    'connect',
    'disconnect',
    'status',
    'typeSpecific',
  ],
)
/** A misspelt method would otherwise look like a provider that wants nothing. */
const provider: Check = (value, place) => {
  const fault = providerMethods(value, place)
  if (fault || 'claimConnection' in (value as object) || 'connect' in (value as object)) return fault
  return {
    place,
    found: shownArgument(value),
    expected: 'a provider with the method claimConnection or connect',
  }
}

/** By the name of each call, its arguments in order. One with `?` may be left out. */
const calls = {
  'context.providers.register': {
    id: string('the id of a provider in the manifest', { maxLength }),
    provider,
  },
  'context.connections.report': {
    connection: string('the name of a connection', { maxLength: limits.connection }),
    fence,
    state: oneOf(['lost', 'suspended', 'resumed', 'changed']),
    reason: string('a sentence for the operator', { maxLength: Number.POSITIVE_INFINITY }),
  },
  'context.offers.request': {
    adapter: string('the id of an adapter, such as offer.adapter.id, or "all"', {
      maxLength,
      pattern: /^(\d+\.\d+|all)$/,
    }),
  },
  'context.links.look': held,
  'context.links.up': held,
  'context.links.down': held,
  'context.links.addAddress': { ...held, address },
  'context.links.removeAddress': { ...held, address },
  'context.links.addRoute': { ...held, route },
  'context.links.removeRoute': { ...held, route },
  'context.links.setMtu': {
    ...held,
    mtu: integer('a whole number of bytes from 68 to 65535', 68, 65_535),
  },
  'context.links.create': { link },
  'context.links.remove': { name: linkName },
  'context.links.adopt': { name: linkName, fence: held.fence },
  'context.exec.run': { program, args, 'options?': runOptions },
  'context.exec.start': {
    program,
    args,
    'listener?': methods('a listener, such as { onOutput(text, stream) { … }, onExit(end) { … } }', [
      'onOutput',
      'onExit',
    ]),
  },
  'call.progress': {
    progress: object('how far it has come, such as { state: "waiting-for-ip" }', {
      state: optional(oneOf(progressStates)),
      text: optional(string('a sentence', { maxLength: Number.POSITIVE_INFINITY })),
    }),
  },
  'program.write': { text: input },
  'program.kill': { 'signal?': signalName },
  'context.dbus.call': { call: dbusCall },
  'context.dbus.subscribe': {
    wanted: dbusSubscription,
    listener: callback('a function that is called with each signal'),
  },
  'context.read.file': { path },
  'context.read.bytes': { path },
  'context.read.stat': { path },
  'context.read.list': { glob },
  'context.read.watch': { glob, changed: callback('a function that is called after each change') },
  'context.storage.get': { key },
  'context.storage.set': { key, value },
  'context.storage.delete': { key },
  'context.secrets.get': { key },
  'context.secrets.set': { key, value: secret },
  'context.secrets.delete': { key },
} satisfies Record<string, Record<string, Check>>

export type ContextCall = keyof typeof calls

/** @throws {ContextError} REQUEST_MALFORMED, for the first argument that is wrong */
export function checkArguments(call: ContextCall, given: readonly unknown[]): void {
  const wanted: [string, Check][] = Object.entries(calls[call])
  for (const [at, [name, check]] of wanted.entries()) {
    const isOptional = name.endsWith('?')
    const fault = (isOptional ? optional(check) : check)(given[at], isOptional ? name.slice(0, -1) : name)
    if (!fault) continue
    const { place, found, expected } = fault
    const usage = `${call}(${wanted.map(([one]) => one).join(', ')})`
    throw malformedCall(
      {
        message: `Invalid argument '${place}' of ${call}: found ${found}, expected ${expected}`,
        found,
        expected,
        remedy: fault.remedy ?? `correct the call: ${usage}`,
      },
      checkArguments,
    )
  }
}

export interface MalformedCall {
  message: string
  found: string
  expected: string
  remedy: string
}

/** @param below the function below which the stack begins: what is above is the context's own */
export function malformedCall(
  { message, ...fault }: MalformedCall,
  below: (...args: never[]) => unknown = malformedCall,
): ContextError {
  const code = 'REQUEST_MALFORMED'
  const error = Object.assign(new Error(message), { code, ...fault })
  Error.captureStackTrace(error, below)
  return error
}

/** A second registration of a provider. */
export function registeredAlready(id: string): ContextError {
  const found = `a second registration of ${JSON.stringify(id)}`
  return malformedCall(
    {
      message: `The provider ${JSON.stringify(id)} is registered already`,
      found,
      expected: 'one registration of each provider',
      remedy: 'dispose of the registration before, or register it once',
    },
    registeredAlready,
  )
}

/** What is logged is anything, also something that throws when it is turned into text: a log line fails nothing. */
export function logText(message: unknown): string {
  try {
    return String(message)
  } catch {
    return 'something that cannot be shown'
  }
}
