import { spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { SystemPackage } from './packages.js'

/** The machine as the set-up sees it. */
export interface Machine {
  /** Folders with commands, as in PATH. */
  path: string
  isRoot: boolean
  /** Whether systemd runs it: then it is somebody's system, and nothing is installed unasked. */
  hasSystemd: boolean
  /** The script that Debian's packages ask before they start a daemon. */
  policyFile: string
}

export function thisMachine(): Machine {
  return {
    // An ordinary user's PATH often lacks the system's folders, and the tests need what is in them.
    path: [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter),
    isRoot: process.getuid?.() === 0,
    hasSystemd: existsSync('/run/systemd/system'),
    policyFile: '/usr/sbin/policy-rc.d',
  }
}

/** The packages of which a command cannot be found. */
export function lackingOn({ path }: Machine, packages: SystemPackage[]): SystemPackage[] {
  const folders = path.split(delimiter)
  const isThere = (command: string) => folders.some((folder) => existsSync(join(folder, command)))
  return packages.filter(({ commands }) => !commands.every(isThere))
}

/** Installs packages where that disturbs nobody, else says how to. A failure of apt is said and no more. */
export function provide(machine: Machine, packages: SystemPackage[], say: (line: string) => void): void {
  const lacking = lackingOn(machine, packages)
  if (lacking.length === 0) return
  const names = lacking.map(({ name }) => name)
  for (const { name, why } of lacking) say(`${name} is lacking: ${why}`)
  const hasApt = lackingOn(machine, [{ name: 'apt', commands: ['apt-get'], why: '' }]).length === 0
  if (!machine.isRoot || machine.hasSystemd || !hasApt) {
    say(`Tests that need it will be skipped. To run them: apt-get install ${names.join(' ')}`)
    return
  }
  const installed = withoutDaemons(
    machine,
    () => apt(machine, ['update']) && apt(machine, ['install', '-y', '--no-install-recommends', ...names]),
  )
  say(installed ? `Installed ${names.join(' ')}.` : 'apt-get failed; tests that need it will be skipped.')
}

function apt({ path }: Machine, args: string[]): boolean {
  const env = { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync('apt-get', ['-q', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  })
  return status === 0
}

/** Runs `task` while no package may start a daemon. */
function withoutDaemons({ policyFile }: Machine, task: () => boolean): boolean {
  const aside = `${policyFile}.aside`
  // Interrupted, apt-get ends and this process goes on, to put back what was there.
  const goOn = () => {}
  process.on('SIGINT', goOn).on('SIGTERM', goOn)
  if (existsSync(policyFile)) renameSync(policyFile, aside)
  try {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
    return task()
  } finally {
    if (existsSync(aside)) renameSync(aside, policyFile)
    else rmSync(policyFile, { force: true })
    process.off('SIGINT', goOn).off('SIGTERM', goOn)
  }
}
