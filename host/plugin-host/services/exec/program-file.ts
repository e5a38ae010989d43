import { open } from 'node:fs/promises'
import { normalize } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { wayFaults } from '../../discovery/ownership.js'

const firstBytes = 256

/**
 * Checks that a program is one, and that nobody but its owner could have put another one in its place.
 * @throws PROGRAM_UNUSABLE
 */
export async function checkProgram(path: string): Promise<void> {
  if (!path.startsWith('/') || normalize(path) !== path || path.includes('\0')) {
    throw unusable(
      path,
      'its path is not absolute, or has detours',
      'give the absolute path, such as /sbin/udhcpc',
    )
  }
  const [fault] = await wayFaults(path).catch((error: NodeJS.ErrnoException) => {
    throw unusable(path, `it cannot be looked at: ${error.code}`, 'install the program, or correct its path')
  })
  if (fault) throw unusable(path, `others may change it: ${fault.file} has ${fault.found}`, fault.remedy)
  await checkContent(path)
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
    const interpreter = /^#![ \t]*([^\s\0]+)/.exec(begin)?.[1]
    if (interpreter === undefined) {
      throw unusable(
        path,
        'it is neither a binary nor a script',
        'begin a script with a line such as #!/bin/sh',
      )
    }
    // A script is only as safe as what reads it.
    await checkInterpreter(path, interpreter)
  } finally {
    await file.close()
  }
}

async function checkInterpreter(script: string, interpreter: string): Promise<void> {
  const [fault] = await wayFaults(interpreter).catch((error: NodeJS.ErrnoException) => {
    throw unusable(script, `its interpreter ${interpreter}: ${error.code}`, 'install the interpreter')
  })
  if (fault) {
    throw unusable(
      script,
      `others may change its interpreter: ${fault.file} has ${fault.found}`,
      fault.remedy,
    )
  }
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
