import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { claimdError } from '../../../core/errors.js'
import { shellWord } from '../../../core/shell-word.js'
import type { Invocation } from '../../invocation.js'
import type { Page } from '../../page.js'
import { fromFolder } from '../../paths.js'
import { usageError } from '../../usage.js'
import { paragraph } from '../../views/paragraph.js'
import { packSdk, sdkVersion } from './vendored-sdk.js'

export interface NewOptions {
  name?: string
  /** Its provider connects, and does not only claim. */
  connects?: boolean
}

export type Language = 'typescript' | 'javascript'

/** What `plugin new --json` prints. */
export interface NewDocument {
  result: 'SUCCESS'
  plugin: string
  folder: string
  /** Relative to the folder. */
  files: string[]
  message: string
}

/** The folder of the package, seen from the compiled file. */
const packageFolder = resolve(fileURLToPath(import.meta.url), '../../../../..')
const templates = join(packageFolder, 'host/cli/templates')
/** This claimd itself. */
const program = join(packageFolder, 'host/cli/claimd.js')

/** The names of links have up to 15 characters; one that fits the provider's rule should have room for a number. */
const idLimit = 13

/**
 * Makes a plugin to begin with.
 * @throws a `ClaimdError`: `USAGE` for a name that npm would not take, `PLUGIN_BUNDLED`, `FOLDER_NOT_EMPTY`,
 * `FOLDER_UNUSABLE`
 */
export async function createPlugin(
  { world, output }: Invocation,
  dir: string,
  language: Language,
  { name: wanted, connects = false }: NewOptions,
): Promise<void> {
  const folder = fromFolder(world, dir)
  const name = wanted ?? nameFrom(folder)
  if (!isPackageName(name)) throw noName(name, wanted === undefined)
  if (await (await world.tools()).isBundled(name)) throw bundledName(name)
  await requireEmpty(folder)
  const values = await templateValues(name, language)
  const written = new Set<string>()
  // What a later part has stands in place of that of an earlier one.
  const parts = ['common', language, ...(connects ? ['connects/common', `connects/${language}`] : [])]
  for (const part of parts) {
    const from = join(templates, part)
    for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = relative(from, join(entry.parentPath, entry.name))
      // Under their own names, they would be taken for our own.
      const to = path.replace(/^(?=(?:gitignore$|github\/|vscode\/))/, '.')
      const text = await readFile(join(from, path), 'utf8')
      await write(join(folder, to), fill(text, values))
      written.add(to)
    }
  }
  const sdk = join(folder, values.SDK.replace(/^file:/, ''))
  await write(sdk, await packSdk())
  const files = [...written, relative(folder, sdk)]
  const message = `the plugin ${name} is begun in ${folder}`
  const document: NewDocument = { result: 'SUCCESS', plugin: name, folder, files: files.sort(), message }
  // The working folder may be gone, which matters to a relative path only.
  const way = isAbsolute(dir) ? folder : relative(world.folder, folder)
  const onPath = world.command() === 'claimd'
  output.document(document, (made, page) => show(made, way, onPath, page))
}

function show({ message, files }: NewDocument, way: string, onPath: boolean, page: Page): string {
  const steps = [
    ...(way === '' ? [] : [`cd ${shellWord(way)}`]),
    ...(onPath ? [] : [`export CLAIMD=${shellWord(program)}   # claimd is not on the PATH`]),
    'npm install',
    'npm run dev      # claimd runs it on simulated links, and takes over what you save',
    'npm test         # its own tests and the conformance kit',
  ]
  return [
    paragraph(page, '', message),
    ...files.map((file) => paragraph(page, '  ', file)),
    'next:\n',
    ...steps.map((step) => `  ${step}\n`),
  ].join('')
}

async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error.code === 'ENOTDIR' ? noFolder(folder) : error
  })
  // Whoever begins with `git init` has a folder that counts as empty.
  const others = found.filter((name) => name !== '.git')
  if (others.length > 0) throw notEmpty(folder, others.slice(0, 5).join(', '))
}

async function write(file: string, text: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(file))
    await writeFile(file, text)
  } catch (error) {
    throw claimdError('FOLDER_UNUSABLE', {
      message: `the plugin cannot be begun: ${file} cannot be written`,
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      expected: 'a folder in which this user may make files',
      remedy: 'name another folder: claimd plugin new DIR',
    })
  }
}

/** Node's own way of making all folders does not end where the kernel lets nobody make one, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return
  await makeFolder(dirname(folder))
  await mkdir(folder)
}

/** The folder, or one that it should lie in, is something else. */
function noFolder(folder: string) {
  let file = folder
  while (!existsSync(file)) file = dirname(file)
  const within = file === folder ? '' : `, so ${folder} cannot be made`
  return claimdError('FOLDER_NOT_EMPTY', {
    message: `a plugin is begun in a folder of its own, and ${file} is a file${within}`,
    found: 'a file',
    expected: 'a folder that is empty, or not there yet',
    remedy: 'name another folder: claimd plugin new DIR',
  })
}

function bundledName(name: string) {
  return claimdError('PLUGIN_BUNDLED', {
    message: `a plugin named ${name} ships with claimd`,
    found: name,
    expected: 'a name of its own',
    remedy: 'name it: claimd plugin new DIR --name NAME, such as --name @acme/claimd-lab',
  })
}

function notEmpty(folder: string, found: string) {
  return claimdError('FOLDER_NOT_EMPTY', {
    message: `a plugin is begun in a folder of its own, and ${folder} is not empty`,
    found,
    expected: 'a folder that is empty, or not there yet',
    remedy: 'name another folder: claimd plugin new DIR',
  })
}

function nameFrom(folder: string): string {
  return basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
}

/** Names that npm keeps for itself. */
const npmNames = new Set(['node_modules', 'favicon.ico'])

function isPackageName(name: string): boolean {
  return (
    !npmNames.has(name) &&
    name.length <= 214 &&
    /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name)
  )
}

function noName(name: string, made: boolean) {
  return usageError(
    made ? "the folder's name cannot be a plugin's name" : '--name is no name for a plugin',
    name === '' ? 'an empty text' : name,
    'an npm package name: lower-case letters, digits and . _ -, with a scope before it or without',
    'name it: claimd plugin new DIR --name NAME, such as --name @acme/claimd-lab',
  )
}

interface TemplateValues {
  NAME: string
  ID: string
  /** The file that a test imports, seen from the folder of the tests. */
  ENTRY: string
  VERSION: string
  SDK: string
  SCHEMA: string
  TYPESCRIPT: string
  NODETYPES: string
}

async function templateValues(name: string, language: Language): Promise<TemplateValues> {
  const { version, devDependencies } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'))
  return {
    NAME: name,
    ID: idFrom(name),
    ENTRY: language === 'typescript' ? '../dist/index.js' : '../index.js',
    VERSION: version,
    SDK: `file:vendor/claimd-sdk-${await sdkVersion()}.tgz`,
    SCHEMA: './node_modules/@claimd/sdk/dist/manifest.schema.json',
    TYPESCRIPT: devDependencies.typescript,
    NODETYPES: devDependencies['@types/node'],
  }
}

/** `@acme/claimd-lab` contributes the provider `lab`, which is asked about links called `lab*`. */
function idFrom(name: string): string {
  const own = name.replace(/^.*\//, '').replace(/^claimd-(?=.)/, '')
  const id = own
    .replace(/~/g, '-')
    .slice(0, idLimit)
    .replace(/^[._-]+|[._-]+$/g, '')
  return id === '' ? 'provider' : id
}

/** Every value stands between quotes, in JSON or in a string, or in text. */
function fill(text: string, values: TemplateValues): string {
  return text.replace(/__([A-Z]+)__/g, (place, key: keyof TemplateValues) =>
    Object.hasOwn(values, key) ? JSON.stringify(values[key]).slice(1, -1) : place,
  )
}
