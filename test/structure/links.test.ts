import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { anchorsOf, linksOf } from './markdown.js'

const test = suite('structure/links')
const root = fileURLToPath(new URL('../../../', import.meta.url))
const dist = join(root, 'dist')

/** What a checkout has beside its own pages. */
const foreign = /(?:^|\/)(?:node_modules|dist|coverage|\.[^/]*)\//

/** Below a folder, the pages that fit. */
function pages(folder: string, fits: (path: string) => boolean = () => true): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[]
  return names.filter((name) => name.endsWith('.md') && fits(name)).map((name) => join(folder, name))
}

/** The relative links of pages that lead nowhere, each with its page. */
function deadLinks(paths: string[]): string[] {
  return paths.flatMap((page) =>
    linksOf(readFileSync(page, 'utf8'))
      .filter((link) => !leads(page, link))
      .map((link) => `${relative(root, page)}: ${link}`),
  )
}

function leads(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : join(dirname(page), decodeURI(file))
  if (!existsSync(target)) return false
  if (anchor === undefined) return true
  return statSync(target).isFile() && anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
}

test('every relative link of a page leads to a file, and to a section of it', () => {
  const all = pages(root, (path) => !foreign.test(path))
  const links = all.flatMap((page) => linksOf(readFileSync(page, 'utf8')))
  assert.ok(all.length > 10 && links.length > 20, 'the pages are read')
  assert.equal(deadLinks(all), [])
})

test('the same in what is packed', () => {
  const sdk = join(dist, 'node_modules/@claimd/sdk')
  const packed = [
    join(dist, 'README.md'),
    ...['host', 'samples'].flatMap((folder) => pages(join(dist, folder))),
    ...pages(sdk, (path) => !foreign.test(path)),
  ]
  assert.equal(deadLinks(packed), [])
})

test('the pages of the SDK lead to no page outside of it: it is also shipped alone', () => {
  const sdk = join(root, 'sdk')
  const outside = pages(join(sdk, 'docs')).flatMap((page) =>
    linksOf(readFileSync(page, 'utf8')).filter((link) =>
      relative(sdk, join(dirname(page), link)).startsWith('..'),
    ),
  )
  assert.equal(outside, [])
})

test('the names of sections are found as they are linked', () => {
  const page =
    '# A `b` (c), d\n```\n# no section\n```\n## Who asks?\n## Who asks?\n[a](x.md#y) `[b](z)` [c](https://d)'
  assert.equal(anchorsOf(page), ['a-b-c-d', 'who-asks', 'who-asks-1'])
  assert.equal(linksOf(page), ['x.md#y'])
})

test.run()
