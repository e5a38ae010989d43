import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import * as rules from '../../host/core/claims/rules.js'
import { suite } from '../harness.js'
import { anchorsOf } from './markdown.js'

const test = suite('structure/design')
const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = 'host/docs/design.md'
const design = readFileSync(join(root, page), 'utf8')

/** What sources say of the design page: `section`, or `null` where they name none, each with its file. */
function citations(): { path: string; section: string | null }[] {
  return ['host', 'plugins', 'samples', 'sdk', 'test'].flatMap((folder) => {
    const names = readdirSync(join(root, folder), { recursive: true }) as string[]
    const sources = names
      .filter((name) => /^(?!(.*\/)?(node_modules|dist)\/).*\.(ts|js)$/.test(name))
      .map((name) => join(folder, name))
    return sources
      .filter((path) => path !== 'test/structure/design.test.ts')
      .flatMap((path) =>
        citationsIn(readFileSync(join(root, path), 'utf8')).map((section) => ({ path, section })),
      )
  })
}

/** The sections that a text cites; `null` where it does so in another way than `host/docs/design.md#section`. */
function citationsIn(text: string): (string | null)[] {
  const all = text.matchAll(/(host\/docs\/)?\bdesign(?:\.md(?:#([\w-]+))?| ?§)/gi)
  return [...all].map(([, folder, section]) => (folder && section ? section : null))
}

test('every section of the design page that code cites is there', () => {
  const sections = new Set(anchorsOf(design))
  const all = citations()
  assert.ok(all.length >= 10, 'the sources are read')
  const wrong = all.filter(({ section }) => section === null || !sections.has(section))
  assert.equal(wrong, [], `cite it as ${page}#section`)
})

test('another way to cite it is found', () => {
  assert.equal(citationsIn('see host/docs/design.md#words'), ['words'])
  assert.equal(citationsIn('Design §5, design.md §2, host/docs/design.md, design.md#words'), [
    null,
    null,
    null,
    null,
  ])
})

test('every guard of the rules of a claim is named there', () => {
  const unnamed = Object.keys(rules).filter((name) => !design.includes(`\`${name}\``))
  assert.equal(unnamed, [])
})

test('every file and folder that it names is there', () => {
  const names = [...design.matchAll(/`((?:host|plugins|samples|sdk|test)\/[\w./-]*)`/g)].map(
    ([, name]) => name!,
  )
  assert.ok(names.length > 50, 'the page is read')
  assert.equal(
    names.filter((name) => !existsSync(join(root, name))),
    [],
  )
})

/** What the map of the code says of a folder: its own line and those below it. */
function onTheMap(...way: string[]): string {
  const [, section = ''] = design.split('\n## The house\n')
  const [map = ''] = section.split('\n\nImports point')
  return way.reduce((text, name, depth) => {
    const indent = ' '.repeat(4 + 2 * depth)
    const [, from = ''] = `\n${text}`.split(`\n${indent}${name}/`)
    const next = new RegExp(`\n {1,${indent.length}}\\S`).exec(from)
    return next === null ? from : from.slice(0, next.index)
  }, map)
}

test('the map of the code names every folder of the SDK, the host, the core and the links', () => {
  assert.match(onTheMap('host'), 'netlink/')
  assert.not.match(onTheMap('sdk'), 'netlink/', 'only what is below it is read')
  for (const room of ['sdk', 'host', 'host/core', 'host/links']) {
    const folders = readdirSync(join(root, room), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(dist|node_modules)$/.test(entry.name))
      .map(({ name }) => `${name}/`)
    assert.ok(folders.length > 3, room)
    const map = onTheMap(...room.split('/'))
    assert.equal(
      folders.filter((name) => !new RegExp(`(^|\\s)${name}`).test(map)),
      [],
      room,
    )
  }
})

test.run()
