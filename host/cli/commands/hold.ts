import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { ClaimdError, type EventDocument, type HoldOptions } from '@claimd/sdk'
import type { ConnectionHold } from '@claimd/sdk/client'
import type { ControlClient } from '../client.js'
import type { Invocation } from '../invocation.js'
import { LiveLine } from '../live-line.js'
import { progressOf } from './progress.js'

/** After so long the daemon is asked again, when it has gone away. */
const retryMs = 1_000

/** Runs a command while a connection is held: once it is up, and until the command has ended. */
export async function hold(
  invocation: Invocation,
  client: ControlClient,
  name: string,
  options: HoldOptions,
  command: readonly string[],
): Promise<void> {
  const { world, output, exitWith } = invocation
  const line = new LiveLine(world.stderr, output.errorPage(), world.env)
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  world.signals.on('SIGINT', interrupt)
  try {
    let isUp = () => {}
    const up = new Promise<void>((resolve) => {
      isUp = resolve
    })
    const onEvent = (event: EventDocument) => {
      if (event.type === 'connection-state' && event.state === 'connected') isUp()
      const progress = progressOf(event, name)
      if (progress !== null) line.tell(`${name}: ${progress}`)
    }
    const held = await client.holdConnection(name, { ...options, onEvent, signal: interrupted.signal })
    await untilUp(held, options, up)
    line.end()
    exitWith(await runHeld(invocation, client, held, options, command))
    held.release()
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    exitWith(128 + constants.signals.SIGINT)
  } finally {
    line.end()
    world.signals.off('SIGINT', interrupt)
    interrupted.abort()
  }
}

/** A connect that failed is tried again, unless one attempt was asked for, or its time is over. */
async function untilUp(held: ConnectionHold, { mode }: HoldOptions, up: Promise<void>): Promise<void> {
  try {
    await held.connected
  } catch (error) {
    const code = error instanceof ClaimdError ? error.document.code : null
    if (mode === 'once' || code !== 'CONNECT_FAILED') throw error
    await Promise.race([up, held.ended.then(() => Promise.reject(error))])
  }
}

/** @returns the exit code of the command */
async function runHeld(
  { world, output }: Invocation,
  client: ControlClient,
  first: ConnectionHold,
  options: HoldOptions,
  command: readonly string[],
): Promise<number> {
  const { connection } = first
  const ending = new AbortController()
  const running = await world.runCommand(command)
  // The terminal sends it to the command as well, which says what comes of it.
  const ignore = () => {}
  const terminate = () => running.kill('SIGTERM')
  world.signals.on('SIGINT', ignore)
  world.signals.on('SIGTERM', terminate)

  /** The command goes on, whatever becomes of the hold; a daemon that was restarted is asked anew. */
  const watch = async (hold: ConnectionHold): Promise<void> => {
    try {
      const { by, because } = await hold.ended
      if (by === 'revoked') output.note(`connection ${connection} is not held any more: ${because}`)
      return
    } catch (error) {
      if (ending.signal.aborted) return
      output.note(`${sentenceOf(error)}; connection ${connection} is held again when the daemon is back`)
    }
    for (;;) {
      await delay(retryMs, undefined, { signal: ending.signal })
      try {
        const again = await client.holdConnection(connection, { ...options, signal: ending.signal })
        output.note(`connection ${connection} is held again`)
        return await watch(again)
      } catch (error) {
        if (!(error instanceof ClaimdError) || error.document.code !== 'DAEMON_UNREACHABLE') throw error
      }
    }
  }
  watch(first).catch((error) => {
    if (!ending.signal.aborted) output.note(`connection ${connection} is not held: ${sentenceOf(error)}`)
  })
  try {
    return await running.ended
  } finally {
    ending.abort()
    world.signals.off('SIGINT', ignore)
    world.signals.off('SIGTERM', terminate)
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
