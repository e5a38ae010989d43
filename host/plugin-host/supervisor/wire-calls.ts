import type { ActParams, Call, CalledConnection, CallResult } from '@claimd/sdk/wire'
import {
  type AnyQuestion,
  type ConnectionQuestion,
  type ConnectionReference,
  type DialAct,
  isAboutAdapter,
} from '../../core/kernel/provider-port.js'
import { unknownConfiguration } from '../answers.js'

/** What the core asks, as it is sent to a plugin: with the real configurations, and the provider's id within the plugin. */

/** What is configured for a connection, by its fingerprint; `null` when that is not known any more. */
export type ConfigOf = (fingerprint: string) => Readonly<Record<string, unknown>> | null

/** The call for a question, or the result that it has because it cannot be asked. */
export function callFor(question: AnyQuestion, plugin: string, configOf: ConfigOf): Call | CallResult {
  if (!isAboutAdapter(question)) return callAboutConnection(question, plugin, configOf)
  const { id, kind, provider, adapter, connection, evidence, fence } = question
  const call = { id, provider: localIdOf(provider, plugin), adapter, connection, fence }
  return kind === 'offer' ? { ...call, method: 'claimConnection' } : { ...call, method: 'verify', evidence }
}

/** `null` when the configuration is not known any more. */
export function paramsOf(act: DialAct, plugin: string, configOf: ConfigOf): ActParams | null {
  const { fence, kind, provider, parameters } = act
  const called = calledOf(parameters.connection, configOf)
  if (called === null) return null
  const { adapter } = parameters
  return { ...called, provider: localIdOf(provider, plugin), kind, fence, adapter, origin: 'dialled' }
}

function callAboutConnection(
  question: ConnectionQuestion,
  plugin: string,
  configOf: ConfigOf,
): Call | CallResult {
  const { id, provider, connection } = question
  const called = calledOf(connection, configOf)
  if (called === null) return { id, error: unknownConfiguration(connection.name) }
  const call = { id, provider: localIdOf(provider, plugin), ...called }
  switch (question.kind) {
    case 'resources':
      return { ...call, method: 'resources', adapters: question.adapters }
    case 'validate':
      return { ...call, method: 'validate' }
    case 'status':
      return { ...call, method: 'status', adapter: question.adapter, fence: question.fence }
    case 'typeSpecific':
      return { ...call, method: 'typeSpecific', adapter: question.adapter, fence: question.fence }
  }
}

function calledOf(
  { name, type, config: fingerprint }: ConnectionReference,
  configOf: ConfigOf,
): CalledConnection | null {
  const config = configOf(fingerprint)
  return config && { connection: name, type, config }
}

/** @param provider the full id */
function localIdOf(provider: string, plugin: string): string {
  return provider.slice(plugin.length + 1)
}
