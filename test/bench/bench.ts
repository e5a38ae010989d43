/** Measures claimd beside its peers: `npm run bench -- --help`. */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Benchmark, Scale } from './benchmark.js'
import { benchmarks } from './benchmarks.js'
import { Place } from './place/place.js'
import { quiet } from './place/processes.js'
import type { Group } from './report/group.js'
import { machineLines, thisMachine } from './report/machine.js'
import { Report } from './report/report.js'

interface Options {
  list?: true
  quick?: true
  runs?: number
  json?: string
}

const program = new Command('bench')
  .description(
    'Measures claimd, and beside it NetworkManager and what bare Node can do. Run it as root; on a machine that has other things to do, with `chrt -r 5` in front.',
  )
  .argument('[benchmarks...]', 'which ones; default: all of them')
  .option('--list', 'what there is to measure')
  .option('--quick', 'few repetitions and small sizes: to see that everything works')
  .option('--runs <n>', 'repetitions of what is measured as a whole; default: 3, 1 with --quick', count)
  .option(
    '--json <file>',
    'writes everything as JSON too; `-` for standard output, then the table goes to stderr',
  )
  .parse()

const options = program.opts<Options>()
const chosen = choose(program.args)
if (options.list) {
  for (const { name, title } of benchmarks) process.stdout.write(`${name.padEnd(10)} ${title}\n`)
} else {
  // The command is started by its first line, as people do, but with this Node.
  process.env.PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  // Whatever ends this process, what it made goes away.
  process.on('exit', () => Place.closeAll())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
  await measure({ quick: options.quick ?? false, runs: options.runs ?? (options.quick ? 1 : 3) })
}

async function measure(scale: Scale): Promise<void> {
  const table = options.json === '-' ? process.stderr : process.stdout
  const say = (line: string) => void table.write(`${line}\n`)
  const machine = thisMachine()
  for (const line of machineLines(machine)) say(line)
  if (scale.quick) say('With --quick the figures say little.')
  const groups: Group[] = []
  for (const benchmark of chosen) groups.push(await one(benchmark, scale, say))
  if (options.json !== undefined) {
    const text = `${JSON.stringify({ machine, ...scale, benchmarks: groups }, null, 2)}\n`
    if (options.json === '-') process.stdout.write(text)
    else writeFileSync(options.json, text)
  }
  say(`\n${summary(groups)}`)
  if (groups.some(({ failed }) => failed !== null)) process.exitCode = 1
}

async function one(benchmark: Benchmark, scale: Scale, say: (line: string) => void): Promise<Group> {
  const report = new Report(benchmark, say)
  const lacking = benchmark.lacking()
  if (lacking !== null) {
    report.skip('all of it', lacking)
    return report.group
  }
  await quiet()
  const [load] = loadavg()
  report.group.load = load!
  if (load! > cpus().length)
    report.note(`The machine is busy with something else: its load is ${load!.toFixed(1)}.`)
  const start = performance.now()
  try {
    await benchmark.run(report, scale)
  } catch (error) {
    report.fail(error)
  }
  report.group.seconds = Math.round((performance.now() - start) / 100) / 10
  return report.group
}

function summary(groups: readonly Group[]): string {
  const bounded = groups.flatMap(({ rows }) => rows).filter(({ met }) => met !== null)
  const met = bounded.filter((row) => row.met).length
  const skipped = groups.reduce((sum, group) => sum + group.skipped.length, 0)
  const failed = groups.filter((group) => group.failed !== null).length
  return `${met} of ${bounded.length} budgets are met; ${skipped} skipped, ${failed} ended by an error`
}

function choose(names: readonly string[]): readonly Benchmark[] {
  if (names.length === 0) return benchmarks
  const known = benchmarks.map(({ name }) => name).join(' ')
  return names.map((name) => {
    const found = benchmarks.find((one) => one.name === name)
    return found ?? program.error(`there is no benchmark ${name}; there are: ${known}`)
  })
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is a whole number above 0.')
  return number
}
