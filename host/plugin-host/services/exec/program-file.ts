import { open } from 'node:fs/promises'
import { basename, normalize } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { wayFaults } from '../../discovery/ownership.js'
import { isInterpreter, isShell } from '../../manifest/interpreters.js'

const firstBytes = 256

/** Programs that are no interpreters for a permission, and yet run what stands in a file that they are given. */
const alsoReadScripts = new Set(['env', 'busybox', 'toybox', 'sed'])

/** After one of these comes a program's text or a module's name, and no script. */
const shellText = /^-[a-z]*c$/
const interpreterText = /^(-[a-z]*[cemrp]|--eval|--print)$/

/**
 * Checks that a program is one, and that nobody but its owner could have put another one in its place. Of an interpreter
 * the script that it is given is looked at in the same way.
 * @throws PROGRAM_UNUSABLE
 */
export async function checkProgram(path: string, args: readonly string[] = []): Promise<void> {
  if (!path.startsWith('/') || normalize(path) !== path || path.includes('\0')) {
    throw unusable(
      path,
      'its path is not absolute, or has detours',
      'give the absolute path, such as /sbin/udhcpc',
    )
  }
  const [fault] = await wayFaults(path).catch((error: NodeJS.ErrnoException) => {
    throw isMissing(error)
      ? notThere(path, 'it is not there', path)
      : unusable(path, `it cannot be looked at: ${error.code}`, 'make its folders readable for the host')
  })
  if (fault) throw unusable(path, `others may change it: ${fault.file} has ${fault.found}`, fault.remedy)
  await checkContent(path)
  const script = scriptAmong(basename(path), args)
  if (script !== null) await checkRead(path, 'its script', script)
}

function scriptAmong(name: string, args: readonly string[]): string | null {
  const isOther = alsoReadScripts.has(name)
  if (!isOther && !isInterpreter({ name, args })) return null
  const text = isShell(name) || (isOther && name !== 'sed') ? shellText : interpreterText
  const first = args.find((arg) => text.test(arg) || arg.startsWith('/'))
  return first?.startsWith('/') ? first : null
}

async function checkContent(path: string): Promise<void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unusable(path, `it cannot be read: ${error.code}`, 'make it readable for the host')
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unusable(path, 'it is no regular file', 'name a program')
    if ((stats.mode & 0o111) === 0) throw unusable(path, 'it is not executable', `chmod +x ${path}`)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes), 0, firstBytes, 0)
    const begin = buffer.toString('latin1', 0, bytesRead)
    if (begin.startsWith('\x7fELF')) return
    const [interpreter, ...given] = /^#!([^\n\0]+)/.exec(begin)?.[1]?.trim().split(/\s+/) ?? []
    if (interpreter === undefined) {
      throw unusable(
        path,
        'it is neither a binary nor a script',
        'begin a script with a line such as #!/bin/sh',
      )
    }
    // A script is only as safe as what reads it.
    await checkRead(path, 'its interpreter', interpreter)
    for (const word of given)
      if (word.startsWith('/')) await checkRead(path, 'what its interpreter runs', word)
  } finally {
    await file.close()
  }
}

/** @param what how the file takes part in it */
async function checkRead(program: string, what: string, file: string): Promise<void> {
  const [fault] = await wayFaults(file).catch((error: NodeJS.ErrnoException) => {
    throw isMissing(error)
      ? notThere(program, `${what} ${file} is not there`, file)
      : unusable(program, `${what} ${file}: ${error.code}`, 'make its folders readable for the host')
  })
  if (fault) {
    throw unusable(program, `others may change ${what}: ${fault.file} has ${fault.found}`, fault.remedy)
  }
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** @param file what is missing for it */
function notThere(program: string, because: string, file: string): ClaimdError {
  return claimdError('PROGRAM_UNUSABLE', {
    message: `the program ${program} cannot be used: ${because}`,
    found: because,
    expected: `a program at ${file}`,
    remedy: 'install it, or correct its path',
  })
}

/** Why a program cannot be run, or cannot be talked to. */
export function unusable(program: string, because: string, remedy: string): ClaimdError {
  return claimdError('PROGRAM_UNUSABLE', {
    message: `the program ${program} cannot be used: ${because}`,
    found: because,
    expected: 'a program of root (or of the user that the host runs as) that nobody else may change',
    remedy,
  })
}
