import * as assert from 'uvu/assert'
import { defaultPaths } from '../../../host/cli/paths.js'
import { suite } from '../../harness.js'

const test = suite('cli/paths')

test("root's daemon uses the system's folders", () => {
  assert.equal(defaultPaths({ XDG_STATE_HOME: '/elsewhere' }, 0, '/root'), {
    config: '/etc/claimd/config.json',
    state: '/var/lib/claimd',
  })
})

test("anybody else's uses the XDG folders, or their defaults", () => {
  assert.equal(defaultPaths({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, 1000, '/home/ada'), {
    config: '/c/claimd/config.json',
    state: '/s/claimd',
  })
  assert.equal(defaultPaths({ XDG_CONFIG_HOME: 'relative', XDG_STATE_HOME: '' }, 1000, '/home/ada'), {
    config: '/home/ada/.config/claimd/config.json',
    state: '/home/ada/.local/state/claimd',
  })
})

test.run()
