import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
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
import { Acquaintance } from './acquaintance.js'
import { readConformanceFile } from './conformance-file.js'
import { examine } from './examine.js'
import { HostBench, type Subject } from './host-bench.js'
import type { Parts } from './parts.js'
import { reportOn } from './report-on.js'
import { Workshop } from './workshop.js'

export interface VerifyOptions {
  /** The plugin's folder, or its archive. */
  folder: string
  /** Only these cases, and those without which nothing can be found out. Default: all. */
  only?: readonly string[]
}

/** So many cases run at a time: most of them wait most of the time. */
const concurrency = 4

/**
 * Verifies a plugin.
 * @throws a `ClaimdError` when it cannot be tried: `PLUGIN_SOURCE_NOT_FOUND`, `PLUGIN_ARCHIVE_INVALID`,
 * `CASE_NOT_FOUND`, `CONFORMANCE_FILE_INVALID`
 */
export async function verifyPlugin(options: VerifyOptions, parts: Parts): Promise<ConformanceReport> {
  const folder = resolve(options.folder)
  const chosen = choose(options.only)
  const workshop = new Workshop()
  try {
    const isArchive = (await stat(folder).catch(() => null))?.isFile() ?? false
    const faults = await workshop.takeIn((to) => parts.copyPlugin(folder, to))
    const subject = await examine(parts, workshop, folder, faults)
    const served = subject.providers.flatMap(({ connectionTypes = [] }) => connectionTypes)
    const own = await readConformanceFile(
      isArchive ? workshop.copy : folder,
      workshop.copy,
      subject.faults.length > 0 ? null : served,
    )
    const acquaintance = new Acquaintance()
    const makeBench = () => new HostBench(parts, workshop, subject, own, acquaintance)
    const reports = await runAll(chosen, subject, makeBench).finally(() => acquaintance.end())
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
  const report = async (one: Case, missing: string | null) => {
    const made = await reportOn(one, makeBench(), missing)
    reports.set(one.id, made)
    return made
  }
  let missing: string | null = null
  for (const one of foundation) {
    const { result } = await report(one, missing)
    if (result === 'fail') missing ??= `the case ${one.id} has to pass first`
    else if (providers.length === 0) missing ??= 'it contributes no provider'
  }
  const todo = chosen.filter(({ id }) => !reports.has(id))
  const work = async () => {
    for (let one = todo.shift(); one; one = todo.shift()) await report(one, missing)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return cases.flatMap(({ id }) => reports.get(id) ?? [])
}

function choose(only: readonly string[] | undefined): readonly Case[] {
  if (only === undefined) return cases
  const ids = cases.map(({ id }) => id)
  const unknown = only.find((id) => !ids.includes(id))
  if (unknown === undefined) return cases.filter(({ id }) => only.includes(id))
  const meant = nearest(unknown, ids)
  throw claimdError('CASE_NOT_FOUND', {
    message: 'the kit has no such case',
    found: unknown,
    expected: `one of ${ids.join(', ')}`,
    remedy: meant ? `Did you mean ${meant}?` : 'Leave --case out to run them all',
  })
}
