import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type Case,
  type CaseReport,
  type ConformanceReport,
  cases,
  foundation,
  kitVersion,
} from '@claimd/sdk/conformance'
import { nearest } from '../core/documents/nearest.js'
import { claimdError } from '../core/errors.js'
import { readConformanceFile } from './conformance-file.js'
import { examine } from './examine.js'
import { HostBench, type Subject } from './host-bench.js'
import type { Parts } from './parts.js'
import { reportOn } from './report-on.js'
import { Workshop } from './workshop.js'

export interface VerifyOptions {
  /** The plugin's folder. */
  folder: string
  /** Only this case, and those that it needs. */
  only?: string
}

/** So many cases run at a time: most of them wait most of the time. */
const concurrency = 4

/**
 * Verifies a plugin.
 * @throws a `ClaimdError` when it cannot be tried: `PLUGIN_FOLDER_INVALID`, `CASE_NOT_FOUND`,
 * `CONFORMANCE_FILE_INVALID`
 */
export async function verifyPlugin(options: VerifyOptions, parts: Parts): Promise<ConformanceReport> {
  const folder = resolve(options.folder)
  const chosen = choose(options.only)
  await mustBePlugin(folder)
  const own = await readConformanceFile(folder)
  const workshop = new Workshop()
  try {
    await workshop.takeIn(folder)
    const subject = await examine(parts, workshop, folder)
    if (subject.faults.length === 0) await workshop.addProbe(subject.providers.map(({ id }) => id))
    const reports = await runAll(chosen, subject, () => new HostBench(parts, workshop, subject, own))
    const { name, version, build } = subject
    return {
      kit: kitVersion,
      host: parts.hostVersion,
      node: process.version,
      plugin: { name, version, build },
      cases: reports,
      passed: !reports.some(({ level, result }) => level === 'must' && result === 'fail'),
    }
  } finally {
    workshop.clear()
  }
}

/** Runs the foundation, each case only if those before it passed, and then the rest. */
async function runAll(
  chosen: readonly Case[],
  { providers }: Subject,
  makeBench: () => HostBench,
): Promise<CaseReport[]> {
  const reports = new Map<string, CaseReport>()
  let missing: string | null = null
  for (const one of foundation) {
    const report = await reportOn(one, makeBench, missing)
    reports.set(one.id, report)
    if (report.result === 'fail') missing ??= `the case ${one.id} has to pass first`
    else if (providers.length === 0) missing ??= 'it contributes no provider'
  }
  const todo = chosen.filter(({ id }) => !reports.has(id))
  const work = async () => {
    for (let one = todo.shift(); one; one = todo.shift()) {
      reports.set(one.id, await reportOn(one, makeBench, missing))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return cases.flatMap(({ id }) => reports.get(id) ?? [])
}

async function mustBePlugin(folder: string): Promise<void> {
  const manifest = await stat(join(folder, 'package.json')).catch(() => null)
  if (manifest?.isFile()) return
  throw claimdError('PLUGIN_FOLDER_INVALID', {
    message: 'this is no folder of a plugin',
    found: `no package.json in ${folder}`,
    expected: 'a folder with a package.json',
    remedy: 'Name the folder that holds the manifest',
  })
}

function choose(only: string | undefined): readonly Case[] {
  if (only === undefined) return cases
  const chosen = cases.filter(({ id }) => id === only)
  if (chosen.length > 0) return chosen
  const ids = cases.map(({ id }) => id)
  const meant = nearest(only, ids)
  throw claimdError('CASE_NOT_FOUND', {
    message: 'the kit has no such case',
    found: only,
    expected: `one of ${ids.join(', ')}`,
    remedy: meant ? `Did you mean ${meant}?` : 'Leave --case out to run them all',
  })
}
