import { linkChanges, manifestSchema } from '@claimd/sdk/manifest'
import { expectation, type Schema } from '../core/documents/expectation.js'
import { describePermissions } from '../core/permissions/describe.js'
import { neverRead, neverServices } from '../core/permissions/never-granted.js'

/** A JSON Schema as the page reads it. */
interface Node extends Schema {
  properties?: Record<string, Node>
  required?: readonly string[]
  items?: Node
  maxItems?: number
}

const example = {
  $schema: './node_modules/@claimd/sdk/dist/manifest.schema.json',
  name: '@acme/claimd-lab',
  version: '1.2.0',
  type: 'module',
  main: './dist/index.js',
  engines: { claimd: '^1.0.0' },
  contributes: {
    providers: [
      {
        id: 'lab',
        label: 'Lab links',
        band: 'exact',
        match: [{ kind: 'veth', name: 'lab*' }],
        connectionTypes: ['lab'],
        configuration: { type: 'object', properties: { client: { type: 'string' } }, required: ['client'] },
      },
    ],
  },
  permissions: {
    exec: [{ program: { configured: 'client' }, args: ['-i', '{adapter}'], capabilities: ['NET_RAW'] }],
    read: ['/run/lab/*.lease'],
  },
}

/** The documentation of the manifest, as Markdown: every key with what its schema says of it. */
export function manifestPage(): string {
  const root = manifestSchema as unknown as Node
  return [
    `# The manifest of a plugin

<!-- Made of sdk/manifest.schema.ts and sdk/permissions.schema.ts by host/build/manifest-page.ts, which has the rest: npm run docs -->

A plugin is a folder, and its manifest is the \`package.json\` there. It says what the plugin brings and which
adapters it wants to be asked about, and asks for what it needs beside. claimd reads it before any of the plugin's
code runs, and tells all that is wrong with it at once: \`claimd plugin check DIR\`.

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`

With the \`$schema\` above, an editor explains and completes the keys. npm's own keys may stand beside these. Within
claimd's keys, what is not known is an error.
`,
    ...sections(root, ''),
    permissionsInWords(),
  ].join('\n')
}

/** A section for an object, and then one for each object in it. */
function sections(node: Node, path: string): string[] {
  const object = node.items ?? node
  if (!object.properties) return []
  const { properties, required = [] } = object
  const rows = Object.entries(properties).map(([key, value]) => {
    const name = required.includes(key) ? `**\`${key}\`**` : `\`${key}\``
    return `| ${[name, formOf(value), value.description ?? '', usualOf(value)].map(cell).join(' | ')} |`
  })
  const about = object.description && path !== '' ? `${sentence(object.description)}\n\n` : ''
  const title = path === '' ? 'The keys' : `\`${path}\``
  return [
    `## ${title}\n\n${about}| key | value | meaning | default |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    ...Object.entries(properties).flatMap(([key, value]) => {
      const name = path === '' ? key : `${path}.${key}`
      return sections(value, value.items ? `${name}[]` : name)
    }),
  ]
}

/** What a value has to be, without what it means. */
function formOf({ description: _, default: __, ...node }: Node): string {
  if (node.anyOf) return node.anyOf.map((one) => formOf(one)).join(' or ')
  if (node.items?.type === undefined && node.items?.enum === undefined) return expectation(node)
  return node.items.properties ? 'a list of objects' : `a list; each ${formOf(node.items)}`
}

function usualOf({ default: usual }: Node): string {
  if (usual === undefined) return ''
  return Array.isArray(usual) ? 'none' : `\`${JSON.stringify(usual)}\``
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function permissionsInWords(): string {
  return `## What permissions mean

They are requests. A plugin that asks for nothing runs at once; one that asks runs when an operator has granted all
of it (\`claimd plugin trust\`), and a later version that asks for more than was granted does not start: the last good
one stays. A glob that was granted covers the same glob and what it matches. Claiming adapters needs no permission;
changing them does, also for the plugin that holds them (\`links.change\`):

| change | allows |
| --- | --- |
${linkChanges.map((change) => `| \`${change}\` | ${describePermissions({ links: { change: [change] } }).join('')} |`).join('\n')}

\`any-route\` includes \`route\`. An address whose network is wider than /8 (IPv4) or /32 (IPv6) needs \`any-route\` as well,
since the kernel makes a route to that network. What the plugin has added it may also remove, with \`route\` for any route.

An argument in \`exec\` is a literal, a placeholder, or a literal that ends in one:

| placeholder | stands for |
| --- | --- |
| \`{adapter}\` | the name of an adapter that the plugin holds |
| \`{connection}\` | the name of a configured connection of its types |
| \`{address}\` | an IP address, with or without a prefix length |
| \`{integer}\` | a whole number |
| \`{word}\` | letters, digits and \`. _ : @ + -\`, not beginning with \`-\` |
| \`{data}\` | a path in the plugin's own data folder |

Some requests nobody can grant, and a manifest that makes them is rejected:

- a program that does or starts whatever its arguments say: a shell or another interpreter, unless its first argument
  is the absolute path of a script; \`env\`, \`sudo\` and the like; a program where everybody may write, such as \`/tmp\`
- a bus name that is a glob, and the services ${list(Object.keys(neverServices))}, by whatever name
- names of links that begin with a wildcard
- a glob of files that reaches one of these: ${list(neverRead)}
`
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
