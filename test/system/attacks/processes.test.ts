import { readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { lives } from '../../host/plugin-host/support.js'
import { until } from '../lab.js'
import { asks } from './asks.js'
import { attemptsAt } from './attempts-at.js'

const unmistakable = `${process.pid}`.padStart(7, '7')
/** How long the program sleeps, and what it starts in a session of its own: no other process sleeps as long. */
const sleeps = { program: `1${unmistakable}`, survivor: `2${unmistakable}` }

/** Leaves something behind in a session of its own, as a daemon does. */
const script = '/usr/local/share/claimd-test-leaves'

attemptsAt({
  subject: 'processes',
  // Nobody is granted a program in /tmp, and the machine's own folders stay as they are.
  mounts: `mount -t tmpfs -o mode=0755 claimd-test /usr/local/share
cat > ${script} <<'end'
#!/bin/sh
(setsid sleep ${sleeps.survivor} < /dev/null > /dev/null 2>&1 &)
exec sleep ${sleeps.program}
end
chmod 755 ${script}`,
  names: [
    'starts a program',
    'runs a program from its data folder',
    'forks Node',
    'starts a worker',
    'requires a native addon',
    'loads a native addon',
    'opens the inspector',
    'reads the environment of the host',
    'opens the memory of the host',
    'signals the host',
    'signals another plugin',
    'becomes another user',
  ],
  own: {
    'kills another plugin': {
      attempt: ({ other }) => process.kill(other.pid, 'SIGKILL'),
      by: ['own-user'],
    },
    'stops the host, and lets it go on': {
      attempt: ({ host }) => {
        process.kill(host, 'SIGSTOP')
        process.kill(host, 'SIGCONT')
      },
      by: ['own-user'],
    },
  },
  links: ['lab-exec'],
  more(test, who, site) {
    const isRoot = who.wallsMissing.length === 0

    test(
      isRoot
        ? 'the plugin that was aimed at runs on'
        : 'the plugin that was killed is started again, holds what it held, and it is recorded',
      async () => {
        const { lab, facts } = site()
        if (isRoot) return assert.is((await lab.plugin('victim')).pid, facts.other.pid)
        const row = await lab.becomes('victim', 'running')
        assert.is.not(row.pid, facts.other.pid)
        await lab.settles('lab-victim', 'claimed', 'victim/p')
        assert.match(JSON.stringify(await lab.events(0, 'plugin-ended')), /victim.*SIGKILL/)
      },
    )

    test(`a program that leaves a survivor in a session of its own: ${isRoot ? 'ends with the plugin, by its process namespace' : 'not stopped'}`, async () => {
      const { lab } = site()
      asks(
        lab,
        'leaves',
        { permissions: { exec: [{ program: script, args: [] }] }, link: 'lab-exec' },
        () => {
          return `await context.exec.start(${JSON.stringify(script)}, [])`
        },
      )
      await lab.becomes('leaves', 'untrusted')
      const trusted = await lab.run('plugin', 'trust', 'leaves', '--yes')
      assert.is(trusted.code, 0, trusted.stderr)
      await lab.offer('lab-exec')
      const [program, survivor] = await until(
        async () => {
          const found = [sleeping(sleeps.program), sleeping(sleeps.survivor)]
          return found.every((pid) => pid !== null) && (found as number[])
        },
        async () => `${await lab.log('leaves')} ${JSON.stringify(await lab.document('leaves'))}`,
      )
      const { pid } = await lab.plugin('leaves')
      process.kill(pid!, 'SIGKILL')
      await until(
        async () => !(await lives(program!)),
        () => 'the program outlives its plugin',
      )
      if (isRoot) {
        await until(
          async () => !(await lives(survivor!)),
          () => 'the survivor outlives its plugin',
        )
      } else {
        assert.ok(await lives(survivor!), 'it is gone: claimd does better than it says')
        process.kill(survivor!, 'SIGKILL')
      }
    })

    if (!isRoot) {
      test('a plugin that kills the host: not stopped; a new host has every claim again', async () => {
        const { lab } = site()
        await lab.bystander.stop()
        asks(lab, 'kills', { link: 'lab-exec' }, () => `process.kill(${lab.daemon.pid}, 'SIGKILL')`)
        await lab.daemon.ended
        assert.is(lab.daemon.process.signalCode, 'SIGKILL')
        lab.remove('kills')
        lab.remove('leaves')
        await lab.restart()
        await lab.settles('lab-victim', 'claimed', 'victim/p')
      })
    }
  },
})

/** The process that sleeps for so long; `null` when there is none. */
function sleeping(seconds: string): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (program === 'sleep' && args.includes(seconds)) return Number(pid)
    } catch {
      // It has ended meanwhile.
    }
  }
  return null
}
