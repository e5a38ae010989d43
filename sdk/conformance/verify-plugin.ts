import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ConformanceReport } from './report.js'

export interface VerifyPluginOptions {
  /**
   * The program `claimd`. Default: the one that the environment variable `CLAIMD` names, else
   * `node_modules/.bin/claimd` of the working folder or of a folder above it, else the one that `PATH` finds.
   */
  claimd?: string
  /** Only the cases with these ids, and those without which nothing can be found out. Default: all. */
  only?: readonly string[]
  /** Ends the verification. */
  signal?: AbortSignal
}

/**
 * Verifies a plugin with the conformance kit, for an author's own tests: runs `claimd plugin verify` and gives
 * its report. That a plugin does not pass is no error: look at `passed` and at `cases`.
 * @param folder the plugin's folder
 * @throws an Error with what `claimd` said, when the plugin could not be tried or `claimd` is not there
 */
export async function verifyPlugin(
  folder: string,
  { claimd = findClaimd(), only = [], signal }: VerifyPluginOptions = {},
): Promise<ConformanceReport> {
  const chosen = only.flatMap((id) => ['--case', id])
  const args = ['plugin', 'verify', resolve(folder), '--json', ...chosen]
  const { out, err } = await run(claimd, args, signal)
  let document: unknown
  try {
    document = JSON.parse(out)
  } catch {
    throw new Error(`${claimd} did not print a report: ${(err || out).trim() || 'it printed nothing'}`)
  }
  if (isReport(document)) return document
  throw new Error((document as { message?: string }).message ?? 'claimd printed no report', {
    cause: document,
  })
}

function run(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
    const child = spawn(program, args, signal ? { stdio, signal } : { stdio })
    let [out, err] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    child.stderr!.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    child.on('error', (cause) => {
      const remedy = 'put claimd onto the PATH, or set CLAIMD to its path'
      reject(new Error(`claimd cannot be started (${cause.message}): ${remedy}`, { cause }))
    })
    child.on('close', () => resolve({ out, err }))
  })
}

function findClaimd(): string {
  if (process.env.CLAIMD) return process.env.CLAIMD
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const program = join(folder, 'node_modules', '.bin', 'claimd')
    if (existsSync(program)) return program
    if (folder === dirname(folder)) return 'claimd'
  }
}

function isReport(document: unknown): document is ConformanceReport {
  return typeof document === 'object' && document !== null && 'kit' in document && 'cases' in document
}
