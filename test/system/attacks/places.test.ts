import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { attemptsAt } from './attempts-at.js'

attemptsAt({
  subject: 'places',
  names: [
    'reads /etc/shadow',
    'reads /etc/passwd',
    'reads a file in /tmp that is open to everybody',
    'writes to a folder in /tmp that is open to everybody',
    'reads the data of another plugin',
    'writes to the data of another plugin',
    'reads the code of another plugin',
    'changes its own code',
    'changes the runner',
    'follows a link in its data folder that leads out',
    'makes a link that leads out',
    'makes a hard link to a file outside',
    'moves a file out of its data folder',
    'writes a larger file than it may',
    'writes as many files as it likes',
  ],
  own: {
    'changes the plugin that lies in the search folder': {
      attempt: ({ search }, { require }) =>
        require('node:fs').appendFileSync(`${search}/victim/index.js`, ''),
      by: ['own-user', 'hidden-folders', 'node-permissions'],
    },
    'opens the database of the host': {
      attempt: ({ state }, { require }) => require('node:fs').openSync(`${state}/claimd.db`, 'r+'),
      by: ['own-user', 'hidden-folders', 'node-permissions'],
    },
  },
  more(test, _who, site) {
    test('nothing of it has changed anything outside', () => {
      const { lab } = site()
      for (const name of ['written', 'moved']) assert.not.ok(existsSync(join(lab.outside, name)), name)
      assert.not.ok(existsSync(join(lab.state, 'data/victim/written')))
    })

    for (const [what, target, found] of [
      ['its secrets', '/etc/shadow', /a link to \/etc\/shadow/],
      ['the folder of another plugin', '../victim', /a link to .*victim/],
      ['itself, without end', '.', /which holds it/],
    ] as const) {
      test(`a plugin whose folder has a link to ${what}: rejected before it runs, and said why`, async () => {
        const { lab } = site()
        const name = `leads-to-${target.replaceAll(/[^a-z]/g, '')}`
        const draft = join(lab.folder, `draft-${name}`)
        mkdirSync(draft)
        symlinkSync(target, join(draft, 'link'))
        const ran = join(lab.outside, `${name}-ran`)
        writeFileSync(
          join(draft, 'package.json'),
          JSON.stringify({
            ...{ name, version: '1.0.0', type: 'module', main: './index.js', engines: { claimd: '^1.0.0' } },
            activationEvents: ['onStartup'],
            contributes: { providers: [] },
          }),
        )
        writeFileSync(
          join(draft, 'index.js'),
          `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(ran)}, '')\nexport function activate() {}\n`,
        )
        lab.place(draft, name)
        const row = await lab.becomes(name, 'rejected')
        assert.match(JSON.stringify(row.faults), found)
        assert.is(row.pid, null)
        assert.not.ok(existsSync(ran))
      })
    }
  },
})
