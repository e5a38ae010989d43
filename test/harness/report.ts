import { relative } from 'node:path'
import pc from 'picocolors'
import type { FileReport } from './file-run.js'

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

export function totalsOf(reports: FileReport[]): Totals {
  const tests = reports.flatMap((report) => report.tests)
  const count = (outcome: string) => tests.filter((test) => test.outcome === outcome).length
  const faults = reports.flatMap((report) => report.faults).length
  return { passed: count('pass'), failed: count('fail') + faults, skipped: count('skip') }
}

/** One line for a file that is done. */
export function fileLine(report: FileReport): string {
  const { passed, failed, skipped } = totalsOf([report])
  const mark = failed > 0 ? pc.red('✘') : pc.green('✔')
  const counts = [`${passed} passed`]
  if (failed > 0) counts.push(pc.red(`${failed} failed`))
  if (skipped > 0) counts.push(pc.yellow(`${skipped} skipped`))
  return `${mark} ${nameOf(report)}  ${counts.join(', ')}  ${pc.dim(seconds(report.ms))}`
}

/** Failures with their accounts, the slowest files and the reasons of skips; the totals are not in it. */
export function summary(reports: FileReport[]): string {
  return [...reports.flatMap(failures), ...slowest(reports), ...skips(reports)].join('\n')
}

export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function failures(report: FileReport): string[] {
  const failed = [...report.tests.filter((test) => test.outcome === 'fail'), ...report.faults]
  if (failed.length === 0) return []
  const parts = failed.map(({ title, text }) => `\n${pc.red('FAIL')} ${title}\n${indent(text)}`)
  const output = withoutUvu(report.output).trim()
  if (output) parts.push(`\n${pc.dim('what it printed:')}\n${indent(output)}`)
  return [`\n${pc.bold(nameOf(report))}`, ...parts]
}

/** What the tests printed, without uvu's own marks and totals, which the report has already. */
function withoutUvu(output: string): string {
  return output
    .replaceAll(/^.* FAIL .*\n.*see the report of the runner\n/gm, '')
    .replaceAll(/^ .*[•✘] +\(\d+ \/ \d+\)\n/gm, '')
    .replaceAll(/^ {2}(Total|Passed|Skipped|Duration): .*\n/gm, '')
}

function slowest(reports: FileReport[]): string[] {
  const slow = reports.filter((report) => report.ms >= 1_000).sort((a, b) => b.ms - a.ms)
  if (slow.length === 0) return []
  return [
    '\nslowest files',
    ...slow.slice(0, 5).map((report) => `  ${seconds(report.ms)}  ${nameOf(report)}`),
  ]
}

function skips(reports: FileReport[]): string[] {
  const reasons = new Map<string, number>()
  for (const test of reports.flatMap((report) => report.tests)) {
    if (test.outcome === 'skip') reasons.set(test.text, (reasons.get(test.text) ?? 0) + 1)
  }
  if (reasons.size === 0) return []
  return ['\nskipped', ...[...reasons].sort().map(([reason, count]) => `  ${count} × ${reason}`)]
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function nameOf(report: FileReport): string {
  return relative(process.cwd(), report.file)
}
