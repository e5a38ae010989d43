import { SourceMap } from 'node:module'
import { posix } from 'node:path'
import type { Loader, Message, Plugin } from 'esbuild'

/** What a module names without importing it. */
export interface Reference {
  /**
   * `file`: the target of `new URL(…, import.meta.url)`, or of a path joined to the folder of the module. The others: as
   * `require` and `require.resolve` find it.
   */
  kind: 'require' | 'resolve' | 'file'
  /** As it is written; of a file a URL, or a part of one. */
  path: string
  /** Where it may be missing: in a `try`, or where nothing reads it at that place. */
  mayFail: boolean
  /** In the module, from 1; both 0 where it is not known. */
  line: number
  column: number
}

/** Options that have esbuild follow `require.resolve`, which is an error where it finds nothing, as `require` is. */
export const resolves = {
  define: { 'require.resolve': 'require.resolve' },
  logOverride: { 'require-resolve-not-external': 'error' },
} as const

/** Apart from what follows it: where claimd is bundled, the address of a module takes the place of the whole words. */
const meta = 'import.meta'
/** What stands for `import.meta.url`, its folder and its `resolve` while a module is looked through. */
const address = 'claimd_module_address'
const folder = 'claimd_module_folder'
const resolver = 'claimd_module_resolve'
/** The same as `folder`, in CommonJS. */
const commonFolder = 'claimd_common_folder'
const filePrefix = 'claimd-file:'
const readPrefix = 'claimd-read:'
const literal = String.raw`("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\x60[^\x60$\\]*\x60)`
const fileUrl = new RegExp(String.raw`\bnew URL\(\s*${literal},\s*${address}\s*\)`, 'g')
const folderOfUrl = String.raw`(?:[\w$]+\.)?dirname\(\s*(?:[\w$]+\.)?fileURLToPath\(\s*${address}\s*\)\s*\)`
/** What fails at once where there is no file. */
const reads = /(?:readFile|readFileSync|createReadStream|openSync)\(\s*(?:[\w$.]*fileURLToPath\(\s*)?$/
const isCaught = /^[^;\n]*\)\s*\.(?:catch|then)\(/

/**
 * Finds what a module names by `createRequire(import.meta.url)` (also through a variable), `import.meta.resolve`,
 * `new URL(…, import.meta.url)`, and `join` or `resolve` with its folder (`import.meta.dirname`, `__dirname`), where it is a
 * plain text. Of a module that cannot be read it finds nothing.
 */
export async function moduleReferences(text: string, loader: Loader): Promise<Reference[]> {
  if (!text.includes(meta) && !text.includes('__dirname')) return []
  // Loaded only here: a daemon should not carry it.
  const { build, transform } = await import('esbuild')
  const define = {
    [`${meta}.url`]: address,
    [`${meta}.dirname`]: folder,
    [`${meta}.resolve`]: resolver,
    __dirname: commonFolder,
  }
  const printed = await transform(text, {
    loader,
    define,
    sourcemap: 'external',
    sourcefile: 'module',
    legalComments: 'none',
    platform: 'node',
    target: 'esnext',
    logLevel: 'silent',
    tsconfigRaw: '{}',
  }).catch(() => null)
  if (printed === null) return []
  const isModule = [address, folder, resolver].some((mark) => printed.code.includes(mark))
  if (!isModule && !printed.code.includes(commonFolder)) return []
  const { code, variables } = withPlainCalls(printed.code)
  const found: Reference[] = []
  // So esbuild decides what is a call of this `require`, and what is in a `try`.
  const unresolved = await build({
    stdin: { contents: code, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'esnext',
    define: {
      ...resolves.define,
      [resolver]: 'require.resolve',
      ...Object.fromEntries(
        variables.flatMap((name) => [
          [name, 'require'],
          [`${name}.resolve`, 'require.resolve'],
        ]),
      ),
    },
    logLevel: 'silent',
    logLimit: 0,
    logOverride: resolves.logOverride,
    plugins: [collect(found)],
  }).then(
    () => [],
    ({ errors }: { errors?: Message[] }) => errors ?? [],
  )
  const map = new SourceMap(JSON.parse(printed.map))
  const all = found.map((reference) => placed(reference, { found, unresolved, map }))
  // Calls of the `require` of CommonJS are imports.
  return isModule ? all : all.filter(({ kind }) => kind === 'file')
}

/** The text between the quotes that a message of esbuild is about. */
export function literalAt({ lineText, column, length }: NonNullable<Message['location']>): string {
  return Buffer.from(lineText)
    .subarray(column + 1, column + length - 1)
    .toString()
}

/** Writes all of it as calls of `require`. What is behind them keeps its line, and where it can its column. */
function withPlainCalls(printed: string): { code: string; variables: string[] } {
  const aliases = [...printed.matchAll(/\bcreateRequire as ([\w$]+)/g)].map(([, alias]) => alias!)
  const made = String.raw`(?:[\w$]+\.)?(?<![\w$])${anyOf(['createRequire', ...aliases])}\(\s*${address}\s*\)`
  const folders = [...printed.matchAll(variableFor(folderOfUrl))].map(([, , name]) => name!)
  const path = new RegExp(
    String.raw`(?<![\w$])(?:[\w$]+\.)?(?:join|resolve)\(\s*(?:${folderOfUrl}|${anyOf([folder, commonFolder, ...folders])})((?:,\s*${literal})+)\s*\)`,
    'g',
  )
  const variables: string[] = []
  const code = printed
    .replace(variableFor(made), (_, indent, name) => {
      if (name !== 'require') variables.push(name)
      return `${indent};`
    })
    .replace(new RegExp(made, 'g'), (call) => 'require'.padEnd(call.length))
    .replace(fileUrl, (call: string, url: string, at: number, whole: string) =>
      requireFile(url.slice(1, -1), call, at, whole),
    )
    .replace(path, (call: string, parts: string, _: string, at: number, whole: string) => {
      const texts = [...parts.matchAll(new RegExp(literal, 'g'))].map(([text]) => text.slice(1, -1))
      const joined = posix.join('.', ...texts.map(encodeURI))
      return requireFile(joined.startsWith('.') ? joined : `./${joined}`, call, at, whole)
    })
  return { code, variables }
}

function requireFile(url: string, call: string, at: number, whole: string): string {
  const isRead =
    reads.test(whole.slice(Math.max(0, at - 200), at)) && !isCaught.test(whole.slice(at + call.length))
  // As long as `new URL(`: the text keeps its column.
  return `require("${isRead ? readPrefix : filePrefix}${url}")`
}

/** A declaration of a variable with such a value, on a line of its own. */
function variableFor(value: string): RegExp {
  return new RegExp(String.raw`^(\s*)(?:const|let|var) ([\w$]+) = ${value};$`, 'gm')
}

function anyOf(names: readonly string[]): string {
  return `(?:${names.map((name) => name.replaceAll('$', String.raw`\$`)).join('|')})(?![\\w$])`
}

function collect(found: Reference[]): Plugin {
  return {
    name: 'references',
    setup: ({ onResolve }) => {
      onResolve({ filter: /.*/ }, ({ kind, path }) => {
        if (kind !== 'require-call' && kind !== 'require-resolve') return { path, external: true }
        const named = kind === 'require-call' ? 'require' : 'resolve'
        found.push({ kind: named, path, mayFail: true, line: 0, column: 0 })
        // What cannot be found is an error of esbuild, unless it is in a `try`.
        return undefined
      })
    },
  }
}

function placed(
  reference: Reference,
  { found, unresolved, map }: { found: readonly Reference[]; unresolved: Message[]; map: SourceMap },
): Reference {
  const at = unresolved.findIndex(({ location }) => location && literalAt(location) === reference.path)
  const [message] = at < 0 ? [] : unresolved.splice(at, 1)
  const file = [filePrefix, readPrefix].find((prefix) => reference.path.startsWith(prefix))
  const { path, kind } = file ? { path: reference.path.slice(file.length), kind: 'file' as const } : reference
  // What is named without being read may be looked for before it is read.
  const isLookedFor = found.some((one) => one.path === `${filePrefix}${path}`)
  const mayFail = message === undefined || (file !== undefined && isLookedFor)
  if (!message?.location) return { path, kind, mayFail, line: 0, column: 0 }
  const { originalLine = 0, originalColumn = 0 } = map.findEntry(
    message.location.line - 1,
    message.location.column,
  ) as Partial<{ originalLine: number; originalColumn: number }>
  return { path, kind, mayFail, line: originalLine + 1, column: originalColumn + 1 }
}
