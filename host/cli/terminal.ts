/**
 * Asks the person at the terminal, on standard error so that what a command prints stays its own.
 * @returns the line that was typed; `null` when standard input is no terminal, or ended
 */
export async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise((resolve) => {
      lines.once('close', () => resolve(null))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}

/** All that comes from standard input, up to its end. */
export async function input(): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
