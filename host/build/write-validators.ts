/**
 * A step of the build, and no part of the daemon: next to each `NAME.schemas.js` it writes `NAME.validators.js`
 * with a function `fitsX` for every `xSchema` there, and with `validators`: those of the schemas that have an `$id`, by
 * it. Making them when the daemon starts would take a quarter of
 * its start, and several megabytes that it never gives back.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import makeCode from 'ajv/dist/standalone/index.js'

/** What a schema file exports: its schemas, and whether all faults of a value are wanted or the first. */
interface SchemaFile {
  allFaults?: boolean
  [xSchema: `${string}Schema`]: { $id?: string }
}

const host = fileURLToPath(new URL('..', import.meta.url))
const suffix = '.schemas.js'

for (const path of readdirSync(host, { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith(suffix)) continue
  const file = join(host, path)
  writeFileSync(`${file.slice(0, -suffix.length)}.validators.js`, validators(await import(file)))
}

function validators({ allFaults = false, ...schemas }: SchemaFile): string {
  // `verbose`: the schema and the value are what a fault is told from.
  const ajv = new Ajv({ allErrors: allFaults, verbose: true, code: { source: true, esm: true } })
  const keys: Record<string, string> = {}
  const byId: string[] = []
  for (const [key, schema] of Object.entries(schemas)) {
    const name = `fits${key[0]!.toUpperCase()}${key.slice(1, -'Schema'.length)}`
    ajv.addSchema(schema, key)
    keys[name] = key
    if (schema.$id !== undefined) byId.push(`${JSON.stringify(schema.$id)}: ${name}`)
  }
  // The code is a module, but asks for what it needs as if it were none.
  const require =
    "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n"
  const code = makeCode.default(ajv, keys)
  return `// Made by the build.\n${require}${code}\nexport const validators = { ${byId.join(', ')} }\n`
}
