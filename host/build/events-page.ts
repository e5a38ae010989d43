import { readFileSync } from 'node:fs'

const sdk = new URL('../../../sdk/', import.meta.url)

/** The topics of the catalogue, in the order in which it is documented: the title, and the file with its interface. */
const topics = [
  ['Adapters', 'adapter-events'],
  ['Claims', 'claim-events'],
  ['Connections', 'connection-events'],
  ['What plugins do', 'action-events'],
  ['Plugins', 'plugin-events'],
  ['Configuration', 'configuration-events'],
  ['The daemon', 'daemon-events'],
] as const

interface Field {
  name: string
  isOptional: boolean
  /** What its comment says; empty when it has none. */
  meaning: string
}

interface EventRow {
  type: string
  when: string
  fields: Field[]
}

/** The documentation of events, as Markdown: every type and field with what the comments in the catalogue say. */
export function eventsPage(): string {
  return [
    `# Events

<!-- Made of the comments in sdk/api/events: npm run docs -->

\`claimd monitor\` prints what happens, one event a line; with \`--json\` each is an object. Programs read them at
\`GET /v1/events\`, or with \`client.events()\`. Revisions rise, and last over restarts: \`--since REVISION\` goes on where a
reader stopped. \`--type\` takes the types below, and no other. In TypeScript an event is an \`EventDocument\`, and its
\`type\` says what else it holds.

\`monitor --adapter NAME\` and \`journal\` refuse the name of an adapter, connection or plugin that is there neither now nor
in the journal. To wait for an adapter that is yet to come, write a pattern: \`--adapter name:eth7\` or \`--adapter 'eth*'\`.
In the API (\`GET /v1/events?adapter=\`) any name may be waited for.

Every event has

${list(fieldsOf('event', 'EventHead').filter(({ name }) => name !== 'merged'))}
- \`merged\` (in a stream with \`--coalesce\` only): ${lower(meaningOf('event', 'EventHead', 'merged'))}

\`about\` is what \`--adapter\`, \`--connection\` and \`--plugin\` look at. What does not apply is left out:

${list(fieldsOf('about', 'EventAbout'))}

What else an event has depends on its type. Fields of one name mean the same in all of them: \`provider\` is a full id,
\`connection\` and \`plugin\` are names, \`who\` is somebody who asked, in words, and \`because\`, \`cause\` and \`reason\` are
texts for people. Fields are added in later versions, never renamed; events that an earlier version stored lack what was
added since.
`,
    ...topics.map(([title, file]) => section(title, rowsOf(file))),
    flapping,
  ].join('\n')
}

/** Every type with the names of its fields, in the order of the page. */
export function documentedEvents(): { type: string; fields: string[] }[] {
  return topics.flatMap(([, file]) =>
    rowsOf(file).map(({ type, fields }) => ({ type, fields: fields.map(({ name }) => name) })),
  )
}

function section(title: string, rows: readonly EventRow[]): string {
  const holding = rows.filter(({ fields }) => fields.length > 0)
  const fields = holding.map(({ type, fields }) => `- \`${type}\`\n${list(fields, '  ')}`)
  const lines = rows.map(({ type, when }) => [`\`${type}\``, when] as const)
  return `## ${title}\n\n${table([['type', 'when'], ...lines])}\n\nWhat they have:\n\n${fields.join('\n')}\n`
}

/** Its columns stand below each other, as the formatter has them. */
function table(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)))
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)))
  const [head, ...others] = lines as [string[], ...string[][]]
  return [head, widths.map((width) => '-'.repeat(width)), ...others]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function list(fields: readonly Field[], indent = ''): string {
  return fields
    .map(({ name, isOptional, meaning }) => {
      const head = `${indent}- \`${name}\`${isOptional ? ' (not always)' : ''}`
      return meaning === '' ? head : `${head}: ${lower(meaning)}`
    })
    .join('\n')
}

/** As it stands behind a colon. */
function lower(sentence: string): string {
  const text = sentence.replace(/\.$/, '')
  return /^[A-Z][a-z ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text
}

function meaningOf(file: string, name: string, field: string): string {
  return fieldsOf(file, name).find((one) => one.name === field)!.meaning
}

/** The members of the topic's interface. The sources are formatted, so that a level is two spaces. */
function rowsOf(file: string): EventRow[] {
  const [name] = /(?<=export interface )\w+Events(?= )/.exec(sourceOf(file))!
  return membersOf(bodyOf(file, name), '  ').map(({ name: type, doc, value }) => ({
    type,
    when: doc,
    fields: fieldsIn(file, value),
  }))
}

function fieldsOf(file: string, name: string): Field[] {
  const source = sourceOf(file)
  const [, bases = ''] = new RegExp(`interface ${name}(?:<[^{]*>)?(?: extends ([^{]+))? \\{`).exec(source)!
  return [...fieldsIn(file, bases.replaceAll(',', ' &')), ...fieldsFrom(bodyOf(file, name), '  ')]
}

/** The fields of a type that is put together of interfaces and of what stands there. */
function fieldsIn(file: string, value: string): Field[] {
  const [named, own] = value.split('{\n') as [string, string | undefined]
  const isPartial = named.includes('Partial<')
  const [, alternatives = ''] = /\(([^)]* \| [^)]*)\)/.exec(named) ?? []
  const inherited = [...named.matchAll(/\b[A-Z]\w+/g)]
    .map(([name]) => name)
    .filter((name) => name !== 'Partial')
    .flatMap((name) => {
      const isOptional = isPartial || alternatives.includes(name)
      const fields = fieldsOf(fileOf(file, name), name)
      return isOptional ? fields.map((field) => ({ ...field, isOptional })) : fields
    })
  const all = new Map<string, Field>()
  for (const field of inherited) if (!all.has(field.name)) all.set(field.name, field)
  for (const field of own === undefined ? [] : fieldsFrom(own, '    ')) all.set(field.name, field)
  return [...all.values()]
}

function fieldsFrom(body: string, indent: string): Field[] {
  return membersOf(body, indent).map(({ name, isOptional, doc }) => ({ name, isOptional, meaning: doc }))
}

function membersOf(body: string, indent: string) {
  const member = new RegExp(
    `(?:^${indent}/\\*\\* (.*) \\*/\\n)?^${indent}'?([a-zA-Z-]+)'?(\\??): ((?:.|\\n(?!${indent}[^ }]))*)`,
    'gm',
  )
  return [...body.matchAll(member)].map(([, doc = '', name, optional, value]) => ({
    name: name!,
    isOptional: optional === '?',
    doc,
    value: value!,
  }))
}

function bodyOf(file: string, name: string): string {
  const source = sourceOf(file)
  const start = source.indexOf('{\n', source.search(new RegExp(`interface ${name}\\b`))) + 2
  return source.slice(start, source.indexOf('\n}\n', start) + 1)
}

/** Where an interface stands: there, or where it is imported from. */
function fileOf(file: string, name: string): string {
  const source = sourceOf(file)
  if (new RegExp(`interface ${name}\\b`).test(source)) return file
  const [, path] = new RegExp(`import type \\{[^}]*\\b${name}\\b[^}]*\\} from '(.*)\\.js'`).exec(source)!
  return path!
}

function sourceOf(file: string): string {
  return readFileSync(new URL(`api/events/${file}.ts`, sdk), 'utf8')
}

const flapping = `## Links that flap

A bad cable takes a link down and up every second, and an event for each would be stored day and night. So a link that
has come back three times within ten seconds _flaps_: from then on \`flapping\` is told every ten seconds, until it has not
come back for ten seconds. Then \`over\` is true, and each change is told again.

\`\`\`json
{
  "revision": 812,
  "at": "2026-03-02T10:15:20.000Z",
  "type": "flapping",
  "adapter": "3.7",
  "name": "eth0",
  "about": { "adapter": "3.7" },
  "message": "eth0 flapped 10 times in 10 s, 43 times since it began",
  "count": 10,
  "total": 43,
  "seconds": 10,
  "since": "2026-03-02T10:14:38.512Z",
  "rounds": 0,
  "first": false,
  "over": false,
  "changes": [],
  "differences": [],
  "holder": null,
  "programs": [],
  "otherPrograms": 0
}
\`\`\`

\`count\` is how often it came back since that was told last (the first one: the three flaps with which it began, each of
which was told), and \`changes\` is what is another way than then. What goes and comes with the link is not told one by
one: up and down, carrier, addresses that it had. Of rounds that changed nothing and of confirmations the newest of each is
told with it. Everything else is told at once: claims, their ends, new addresses, what an operator asked for.
`
