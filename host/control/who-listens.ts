import { ClaimdError } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'

const patienceMs = 1_000

/** Who listens on a socket, in words, or `null` when nobody does; found out by asking. */
export async function whoListens(socket: string): Promise<string | null> {
  try {
    const { version, pid } = await new Client({ socket, timeout: patienceMs }).status()
    return `claimd ${version}, process ${pid}`
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    const code = (error.cause as NodeJS.ErrnoException | undefined)?.code
    if (error.code === 'DAEMON_UNREACHABLE' && (code === 'ECONNREFUSED' || code === 'ENOENT')) return null
    return error.found === null ? error.message : `${error.message} (${error.found})`
  }
}
