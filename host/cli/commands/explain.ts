import { ClaimdError } from '@claimd/sdk'
import type { ControlClient } from '../client.js'
import type { Output } from '../output.js'
import { show as showAdapter } from '../views/explain.js'
import { show as showConnection } from '../views/explain-connection.js'

/** Says that a connection is meant, where an adapter may have the name. */
const prefix = 'connection:'

/**
 * Explains an adapter, or a connection. A word is an adapter's first.
 * @param at a moment in the past, which only an adapter can be explained at
 */
export async function explain(
  client: ControlClient,
  output: Output,
  word: string,
  at: string | undefined,
): Promise<void> {
  if (at !== undefined) return output.document(await client.explain(word, { at }), showAdapter)
  if (word.startsWith(prefix)) {
    const document = await client.explainConnection(word.slice(prefix.length))
    return output.document(document, showConnection)
  }
  try {
    output.document(await client.explain(word), showAdapter)
  } catch (error) {
    if (!isAbsent(error, 'ADAPTER_NOT_FOUND') && !isAbsent(error, 'ADAPTER_NAME_MALFORMED')) throw error
    const connection = await client.explainConnection(word).catch((other: unknown) => {
      throw isAbsent(other, 'CONNECTION_NOT_FOUND') ? error : other
    })
    output.document(connection, showConnection)
  }
}

function isAbsent(error: unknown, code: string): boolean {
  return error instanceof ClaimdError && error.code === code
}
