import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'

/** Temporary folders of a test file. */
export class Folders {
  readonly #made: string[] = []

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'claimd-store-'))
    this.#made.push(folder)
    return folder
  }

  removeAll(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs what must fail with an error that a person can act on, and returns that error. */
export function failure(work: () => unknown): ClaimdError {
  try {
    work()
  } catch (error) {
    assert.instance(error, ClaimdError, String((error as Error)?.stack))
    return error as ClaimdError
  }
  return assert.unreachable('it did not fail') as never
}
