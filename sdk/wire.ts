/**
 * The wire between the host and a plugin's process: every method and every message, once.
 *
 * It is JSON-RPC 2.0, one document a line, over a socket pair on {@link channelDescriptor}. What comes from a
 * plugin is checked against the schemas here. They are plain JSON Schema, so that a plugin's process, whose
 * start is what a first offer waits for, loads no schema library.
 */
import type { Adapter } from './adapter.js'
import type { ConfiguredConnection } from './configured-connection.js'
import type { Progress } from './connecting.js'
import type { PluginContext } from './context.js'
import type { ClaimStands, Released } from './provider.js'
import { resultCodes } from './result-codes.js'

export * from './services/call-arguments.js'
export * from './wire-answers.js'
export * from './wire-requests.js'

/** The descriptor of the channel in the plugin's process. */
export const channelDescriptor = 3

/** The methods that the host calls. */
export const hostMethods = {
  /** Request. Imports the plugin and activates it; answered (with `{}`) when it is active. */
  activate: 'activate',
  /**
   * Request with a list of calls. Its response (`{}`) says that the list was received, and is sent before
   * any provider code runs; the results follow as `results`.
   */
  calls: 'calls',
  /**
   * Request: an operation of a provider, which changes something. It is sent once, to one process; the response has
   * what the provider answers. However many are open, lists of calls are taken as before.
   */
  act: 'act',
  /** Notification: the result of this act is no longer wanted. It gets a response all the same. */
  cancelAct: 'cancelAct',
  /** Notification: the answers of these calls are no longer wanted. */
  cancel: 'cancel',
  /** Notification: claims that were stored. */
  claimed: 'claimed',
  /** Notification: claims that ended. */
  released: 'released',
  /** Notification: the configured connections of the plugin's types, whenever they change. */
  configured: 'configured',
  /** Notification: something happened to what a plugin's request has started. */
  handle: 'handle',
  /** Request, answered (with `{}`) at once. */
  ping: 'ping',
  /** Request: debuggers may attach at the port of this machine from now on; 0: any. Answered (with `{}`) then. */
  inspect: 'inspect',
  /** Request. The last one: answered (with `{}`) when everything that was registered is undone. */
  deactivate: 'deactivate',
} as const

/** The notifications that a plugin sends. Its requests stand in `wire-requests.ts`. */
export const pluginMethods = {
  /** Results of calls, in the order in which they became known. */
  results: 'results',
  /** The state of a connection that the plugin holds has changed. */
  report: 'report',
  /** How far a connect has come. */
  progress: 'progress',
  /** A line for the plugin's log. */
  log: 'log',
} as const

export interface ActivateParams {
  plugin: { name: string; version: string }
  /** The absolute path of the entry file, links followed. */
  entry: string
  /** The ids of the providers that the manifest contributes. */
  providers: string[]
  configured: ConfiguredConnection[]
  /** The path of the plugin's data folder. */
  data: string
}

/** One call of a provider's method. `id` is the host's, and unique on the channel. */
export type Call =
  | {
      id: number
      method: 'claimConnection'
      /** The provider's id within the plugin. */
      provider: string
      adapter: Adapter
      connection: string
      fence: number
    }
  | {
      id: number
      method: 'verify'
      provider: string
      adapter: Adapter
      connection: string
      evidence: string | null
      fence: number
    }
  | ({ id: number; provider: string } & CalledConnection &
      (
        | { method: 'resources'; adapters: readonly Adapter[] }
        | { method: 'validate' }
        | { method: 'status' | 'typeSpecific'; adapter: Adapter | null; fence: number }
      ))

/**
 * A call as it travels. Of the adapters of a `resources`, those that were as they are in the one before on this channel travel
 * as their id: there may be thousands, and few of them change.
 */
export type SentCall =
  | Exclude<Call, { method: 'resources' }>
  | (Omit<Extract<Call, { method: 'resources' }>, 'adapters'> & { adapters: readonly (Adapter | string)[] })

/** The connection that a call is about. */
export interface CalledConnection {
  connection: string
  type: string
  config: Readonly<Record<string, unknown>>
}

/** An operation. There is one of each kind for one fence. */
export interface ActParams extends CalledConnection {
  /** The provider's id within the plugin. */
  provider: string
  kind: 'connect' | 'disconnect'
  fence: number
  adapter: Adapter | null
  /** How it came to be up. */
  origin: 'dialled' | 'out-of-band'
}

/** What came of an operation: what the provider answered, or the text of what it threw. */
export type ActOutcome = Omit<CallResult, 'id'>

export type CancelActParams = Pick<ActParams, 'fence' | 'kind'>

export interface CallsParams {
  calls: readonly SentCall[]
}

export interface InspectParams {
  port: number
}

export interface CancelParams {
  ids: number[]
}

export interface ClaimedParams {
  claimed: (ClaimStands & { provider: string })[]
}

export interface ReleasedParams {
  released: (Released & { provider: string })[]
}

export interface ConfiguredParams {
  configured: ConfiguredConnection[]
}

/** Strings that are kept; longer reasons are cut by the host, longer names are garbage. */
const name = { type: 'string', maxLength: 1024 } as const

/** A response to one of the host's requests. Of its content only an error's text is used. */
export const responseSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    result: { type: 'object' },
    error: {
      type: 'object',
      properties: { code: { type: 'integer' }, message: { type: 'string' } },
      required: ['code', 'message'],
    },
  },
  required: ['id'],
  oneOf: [{ required: ['result'] }, { required: ['error'] }],
} as const

/** `answer` is checked by itself ({@link answerSchema}): garbage costs that answer, not the whole list. */
export const resultsSchema = {
  type: 'object',
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'integer' }, answer: {}, error: { type: 'string' } },
        required: ['id'],
      },
    },
  },
  required: ['results'],
} as const

/** What a provider may answer: the {@link Answer} of the contract. */
export const answerSchema = {
  type: 'object',
  properties: { result: { enum: Object.keys(resultCodes) } },
  required: ['result'],
  allOf: [
    {
      if: { properties: { result: { const: 'SUCCESS' } }, required: ['result'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        properties: { connection: name, volatile: { type: 'boolean' }, evidence: { type: 'string' } },
        required: ['connection'],
      },
      else: { properties: { reason: { type: 'string' } } },
    },
    {
      if: { properties: { result: { const: 'PENDING' } }, required: ['result'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        properties: { retryAfterMs: { type: 'number', minimum: 0 } },
        required: ['retryAfterMs'],
      },
    },
  ],
} as const

export const reportSchema = {
  type: 'object',
  properties: {
    connection: name,
    fence: { type: 'integer' },
    state: { enum: ['lost', 'suspended', 'resumed', 'changed'] },
    reason: { type: 'string' },
  },
  required: ['connection', 'fence', 'state', 'reason'],
} as const

export const logSchema = {
  type: 'object',
  properties: { message: { type: 'string' }, level: { enum: ['log', 'warn', 'error'] } },
  required: ['message', 'level'],
} as const

/** One result: what the provider answered, or the text of what it threw. */
export interface CallResult {
  id: number
  answer?: unknown
  error?: string
}

/** See {@link PluginContext.connections}. */
export interface ReportParams {
  connection: string
  fence: number
  state: 'lost' | 'suspended' | 'resumed' | 'changed'
  reason: string
}

export interface ProgressParams extends Progress {
  /** The provider's id within the plugin. */
  provider: string
  fence: number
}

export interface LogParams {
  message: string
  level: 'log' | 'warn' | 'error'
}
