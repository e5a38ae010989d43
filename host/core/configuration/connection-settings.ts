import type { ConnectionConfiguration, Reconnect } from '@claimd/sdk'
import {
  type ConnectionSettings,
  defaultIdleTimeout,
  defaultReconnect,
  type ReconnectSettings,
} from '../connections/settings.js'

/** What claimd itself reads of a configured connection: the rest is its provider's. Times are in milliseconds. */
export type OwnSettings = Omit<ConnectionSettings, 'name' | 'type' | 'config'>

/** What an operator configured, with all defaults filled in. */
export function ownSettings({
  behaviour = 'default',
  idleTimeout,
  reconnect,
  enabled = true,
}: Omit<ConnectionConfiguration, 'type' | 'config'>): OwnSettings {
  return {
    behaviour,
    idleTimeout: idleTimeout === undefined ? defaultIdleTimeout : toMilliseconds(idleTimeout),
    reconnect: reconnect === undefined ? defaultReconnect : reconnectSettings(reconnect),
    enabled,
  }
}

/** The defaults of the linear algorithm. */
const linear = { delay: 5_000, afterwards: 300_000 }

function reconnectSettings(reconnect: Reconnect): ReconnectSettings {
  if (reconnect.algorithm === 'none') return { algorithm: 'none' }
  const { delay, attempts = null, afterwards } = reconnect
  if (reconnect.algorithm === 'linear')
    return {
      algorithm: 'linear',
      delay: delay === undefined ? linear.delay : milliseconds(delay),
      attempts,
      afterwards: afterwards === undefined ? linear.afterwards : toMilliseconds(afterwards),
    }
  const usual = defaultReconnect as Extract<ReconnectSettings, { algorithm: 'exponential' }>
  return {
    algorithm: 'exponential',
    delay: delay === undefined ? usual.delay : milliseconds(delay),
    limit: reconnect.limit === undefined ? usual.limit : milliseconds(reconnect.limit),
    attempts,
    afterwards: afterwards === undefined ? usual.afterwards : toMilliseconds(afterwards),
  }
}

/** The same as an operator would write it, with nothing left out. */
export function configurationOf({
  behaviour,
  idleTimeout,
  reconnect,
  enabled,
}: OwnSettings): Required<Omit<ConnectionConfiguration, 'type' | 'config'>> {
  return { behaviour, idleTimeout: toSeconds(idleTimeout), reconnect: reconnectOf(reconnect), enabled }
}

function reconnectOf(reconnect: ReconnectSettings): Reconnect {
  if (reconnect.algorithm === 'none') return reconnect
  const { delay, attempts, afterwards } = reconnect
  const common = {
    delay: delay / 1000,
    ...(attempts === null ? {} : { attempts }),
    afterwards: toSeconds(afterwards),
  }
  return reconnect.algorithm === 'linear'
    ? { algorithm: 'linear', ...common }
    : { algorithm: 'exponential', ...common, limit: reconnect.limit / 1000 }
}

function toMilliseconds(seconds: number | 'never'): number | null {
  return seconds === 'never' ? null : milliseconds(seconds)
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000)
}

function toSeconds(time: number | null): number | 'never' {
  return time === null ? 'never' : time / 1000
}
