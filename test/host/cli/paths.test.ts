import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { defaultPaths } from '../../../host/cli/paths.js'
import { suite } from '../../harness.js'

const test = suite('cli/paths')

test("root's daemon uses the system's folders", () => {
  assert.equal(defaultPaths({ XDG_STATE_HOME: '/elsewhere' }, 0), {
    config: '/etc/claimd/config.json',
    state: '/var/lib/claimd',
  })
})

test("anybody else's uses the XDG folders, or their defaults", () => {
  assert.equal(
    defaultPaths({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, 1000, () => '/home/ada'),
    {
      config: '/c/claimd/config.json',
      state: '/s/claimd',
    },
  )
  assert.equal(
    defaultPaths({ XDG_CONFIG_HOME: 'relative', XDG_STATE_HOME: '' }, 1000, () => '/home/ada'),
    {
      config: '/home/ada/.config/claimd/config.json',
      state: '/home/ada/.local/state/claimd',
    },
  )
})

test('a user without a home folder is told to name the paths, and only where one is missing', () => {
  const none = () => {
    throw new Error('no entry')
  }
  for (const home of [none, () => '', () => 'relative']) {
    const { config, state } = defaultPaths({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, 1000, home)
    assert.equal([config, state], ['/c/claimd/config.json', '/s/claimd'])
    const paths = defaultPaths({}, 1000, home)
    for (const name of ['config', 'state'] as const) {
      const error = thrownBy(() => paths[name])
      assert.equal(
        [error.code, error.remedy],
        ['USAGE', 'set HOME, or name the paths with --config and --state'],
      )
    }
  }
})

function thrownBy(act: () => unknown): ClaimdError {
  try {
    act()
  } catch (error) {
    if (error instanceof ClaimdError) return error
  }
  throw new Error('it threw no ClaimdError')
}

test.run()
