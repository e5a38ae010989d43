import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import type { Source } from './parse.js'
import { circleFaults, houseFaults } from './rules.js'

const test = suite('structure/imports')
const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The sources below the parts of the house that hold code. */
function sources(): Source[] {
  const paths = ['sdk', 'host', 'plugins', 'samples', 'test'].flatMap((part) =>
    readdirSync(`${root}${part}`, { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`),
  )
  const own = paths.filter((path) => /\.m?[jt]s$/.test(path) && !/\/(dist|node_modules)\//.test(path))
  return own.sort().map((path) => [path, readFileSync(root + path, 'utf8')])
}

test(
  'the sources keep the rules of the house',
  () => {
    const found = sources()
    const paths = found.map(([path]) => path)
    for (const path of ['sdk/index.ts', 'host/core/errors.ts'])
      assert.ok(paths.includes(path), `${path} is read`)
    assert.equal(houseFaults(found).flat(), [])
  },
  { timeout: 60_000 },
)

test(
  'no files import each other in a circle',
  () => {
    assert.equal(circleFaults(sources()), [])
  },
  { timeout: 60_000 },
)

test('a circle is found, also of types alone, and the shortest of several', () => {
  const circle: Source[] = [
    ['host/core/a.ts', `import { b } from './x/b.js'; import './d.js'`],
    ['host/core/x/b.ts', `import type { C } from '../c.js'`],
    ['host/core/c.ts', `export type { A } from './a.js'; import './d.js'`],
    ['host/core/d.ts', `import 'node:fs'; export const d = 1`],
    ['sdk/own.ts', `import type { Own } from './own.js'`],
  ]
  assert.equal(circleFaults(circle), [
    'a circle of imports: host/core/a.ts → host/core/x/b.ts → host/core/c.ts → host/core/a.ts',
    'a circle of imports: sdk/own.ts → sdk/own.ts',
  ])
  assert.equal(
    circleFaults(circle.filter(([path]) => path !== 'host/core/c.ts' && path !== 'sdk/own.ts')),
    [],
  )
})

const fine: Source[] = [
  ['sdk/a.ts', `import { readFile } from 'node:fs'; export * from './b.js'`],
  ['sdk/client/a.ts', `import type { X } from '../b.js'`],
  ['host/core/a/b.ts', `import { x } from '../c.js'; import { y } from '@claimd/sdk'`],
  [
    'host/core/a.ts',
    `export const f = (ms: number) => new Date(ms).toISOString() + Date.parse('') + Math.max(1, 2)`,
  ],
  [
    'host/core/a.ts',
    `interface T { process: string; setTimeout(): void }; export const g = (t: T) => t.process`,
  ],
  ['host/core/a.ts', `// setTimeout, import 'node:fs'\nexport const text = "process.exit() and import 'x'"`],
  [
    'host/links/a.ts',
    `import { x } from '../core/x.js'; import koffi from 'koffi'; import './b/c.js'; Date.now()`,
  ],
  ['host/store/a.ts', `import type { Static } from 'typebox'`],
  ['host/control/a.ts', `import { inject, injectable } from 'tsyringe'`],
  ['host/store/a.ts', `@injectable() class A { constructor(@inject(b) private readonly b: B) {} }`],
  ['host/store/a.ts', `class A { constructor(private readonly b: B) {} }`],
  ['host/app/parts/a.ts', `@injectable() class A { constructor(@inject(b) private readonly b: B) {} }`],
  ['host/plugin-host/a.ts', `await import(path)`],
  ['host/cli/a.ts', `const { main } = await import('../main.js')`],
  [
    'host/main.ts',
    `import 'reflect-metadata'; import { container } from 'tsyringe'; import './links/a.js'; import './cli/b.js'`,
  ],
  [
    'host/app/a.ts',
    `import type { InjectionToken } from 'tsyringe'; import { X } from '../links/x.js'; import '../store/y.js'`,
  ],
  ['host/cli/a.ts', `import type { Options } from '../app/options.js'`],
  [
    'plugins/a/index.ts',
    `import type { X } from '@claimd/sdk'; import { y } from './y.js'; import { z } from 'node:path'`,
  ],
  ['plugins/a/index.ts', `import { resultCodes, type Adapter } from '@claimd/sdk'`],
  ['samples/a/index.js', `/** @type {import('@claimd/sdk').Provider} */ export const x = {}`],
  [
    'samples/apps/a/index.ts',
    `import { connect } from '@claimd/sdk/client'; import type { X } from '@claimd/sdk'`,
  ],
  [
    'test/host/a.test.ts',
    `import { suite } from '../harness.js'; import * as assert from 'uvu/assert'; import '../../host/links/a.js'`,
  ],
  ['test/harness.ts', `import * as uvu from 'uvu'`],
]

test('what the rules allow is not reported', () => {
  assert.equal(houseFaults(fine).flat(), [])
})

const faulty: Record<string, Source[]> = {
  'the SDK imports nothing of the host, and no packages': [
    ['sdk/a.ts', `import { x } from '../host/core/x.js'`],
    ['sdk/a.ts', `import type { X } from '../host/core/x.js'`],
    ['sdk/a.ts', `export * from '../host/core/x.js'`],
    ['sdk/a.ts', `type X = import('../host/core/x.js').X`],
    ['sdk/a.ts', `const x = await import('../host/core/x.js')`],
    ['sdk/a.ts', `import { fastify } from 'fastify'`],
    ['sdk/a.ts', `import type { Static } from 'typebox'`],
  ],
  'types are read from schemas, and nothing of that is left when the host runs': [
    ['host/store/a.ts', `import Type, { type Static } from 'typebox'`],
    ['host/main.ts', `import { Type } from 'typebox'`],
  ],
  'the core imports the SDK and itself only': [
    ['host/core/a.ts', `import { readFileSync } from 'node:fs'`],
    ['host/core/a.ts', `import fs from 'fs'`],
    ['host/core/a.ts', `import type { Stats } from 'node:fs'`],
    ['host/core/a.ts', `import semver from 'semver'`],
    ['host/core/a.ts', `import { x } from '../links/x.js'`],
    ['host/core/a.ts', `import { x } from '../lib/x.js'`],
    ['host/lib/a.ts', `import { x } from '../core/x.js'`],
    ['host/lib/a.ts', `import { x } from '../links/x.js'`],
    ['host/core/a/b.ts', `import type { X } from '../../store/x.js'`],
    ['host/core/a.ts', `import { x } from '../../sdk/x.js'`],
    ['host/core/a.ts', `const x = await import('../' + name)`],
    ['host/core/a.ts', `import fs = require('node:fs')`],
  ],
  'the core has no clock, no chance, no timers and no outside': [
    ['host/core/a.ts', `const x = Date.now()`],
    ['host/core/a.ts', `const x = { at: new Date().toISOString() }`],
    ['host/core/a.ts', `const x = new Date`],
    ['host/core/a.ts', `const x = Date()`],
    ['host/core/a.ts', `const x = Math.random()`],
    ['host/core/a.ts', `const x = performance.now()`],
    ['host/core/a.ts', `setTimeout(() => {}, 1)`],
    ['host/core/a.ts', `const later = setInterval`],
    ['host/core/a.ts', `setImmediate(f)`],
    ['host/core/a.ts', `if (process.env.X) f()`],
    ['host/core/a.ts', `const x = 'at ' + crypto.randomUUID()`],
    ['host/core/a.ts', `f({ process })`],
  ],
  'rooms beside each other do not import each other': [
    ['host/links/a.ts', `import { x } from '../store/x.js'`],
    ['host/plugin-host/a/b.ts', `import type { X } from '../../control/x.js'`],
    ['host/cli/a.ts', `const x = await import('../control/x.js')`],
    ['host/store/a.ts', `import { x } from '../main.js'`],
    ['host/store/a.ts', `import { x } from '../../plugins/as-found/index.js'`],
  ],
  'the composition root is loaded by the command that starts it, and only then': [
    ['host/cli/a.ts', `import { main } from '../main.js'`],
    ['host/cli/a.ts', `import type { Main } from '../main.js'`],
    ['host/control/a.ts', `const { main } = await import('../main.js')`],
  ],
  'only the composition root and host/app know several rooms': [
    ['host/more.ts', `import './links/a.js'; import './store/b.js'`],
    ['host/build/a.ts', `import type { X } from '../store/b.js'`],
    ['host/store/a.ts', `import type { X } from '../app/x.js'`],
    ['host/cli/a.ts', `import { x } from '../app/x.js'`],
    ['host/app/a.ts', `import type { X } from '../cli/x.js'`],
    ['host/app/a.ts', `import { startDaemon } from '../main.js'`],
  ],
  'plugins and samples import the SDK, and no more': [
    ['plugins/a/index.ts', `import type { X } from '@claimd/sdk/manifest'`],
    ['plugins/a/index.ts', `import { x } from '@claimd/sdk/client'`],
    ['plugins/a/index.ts', `import { x } from '../b/x.js'`],
    ['plugins/a/index.ts', `import semver from 'semver'`],
    ['samples/a/index.ts', `import { x } from '@claimd/sdk/client'`],
    ['samples/a/index.js', `import { x } from '@claimd/sdk/conformance'`],
    ['samples/a/index.ts', `import { x } from '../../host/core/x.js'`],
    ['samples/apps/a/index.ts', `import { x } from '@claimd/sdk'`],
    ['samples/apps/a/index.ts', `import { x } from '../../../sdk/client/index.js'`],
  ],
  'the container is used in host/app and main.ts, and its decorators elsewhere': [
    ['host/links/a.ts', `import { container } from 'tsyringe'`],
    ['host/links/a.ts', `import { container as inject } from 'tsyringe'`],
    ['host/links/a.ts', `import * as tsyringe from 'tsyringe'`],
    ['host/links/a.ts', `import 'reflect-metadata'`],
    ['host/core/a.ts', `import { injectable } from 'tsyringe'`],
  ],
  'every constructor parameter of a class for injection says what is injected': [
    ['host/store/a.ts', `@injectable() class A { constructor(private readonly b: B) {} }`],
    ['host/store/a.ts', `@singleton() export class A { constructor(@inject(b) b: B, c: C) {} }`],
  ],
  'a long-lived part of the daemon is made by the container': [
    ['host/app/parts/a.ts', `export class A { constructor(private readonly b: B) {} }`],
  ],
  'test files make their suites with the harness': [['test/host/a.test.ts', `import { suite } from 'uvu'`]],
}

for (const [title, snippets] of Object.entries(faulty)) {
  test(title, () => {
    const faults = houseFaults(snippets)
    for (const [index, [path, source]] of snippets.entries()) {
      assert.is(faults[index]?.length, 1, `${path}: ${source}`)
    }
  })
}

test.run()
