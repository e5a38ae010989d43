import { manifestSchema } from '@claimd/sdk/manifest'

/** A JSON Schema as far as it is made over. */
interface Node {
  description?: string
  properties?: Record<string, Node>
  items?: Node
  anyOf?: Node[]
  [keyword: string]: unknown
}

/** What of npm's own keys an editor should not take for unknown ones; others are allowed as well. */
const npmKeys: Record<string, Node> = {
  description: { type: 'string', description: 'what the plugin is for, in a sentence; npm' },
  license: { type: 'string', description: 'an SPDX licence expression; npm' },
  author: { type: ['string', 'object'], description: 'who wrote it; npm' },
  private: { type: 'boolean', description: 'whether npm refuses to publish it; npm' },
  files: { type: 'array', items: { type: 'string' }, description: 'what is packed; npm' },
  scripts: { type: 'object', description: 'what `npm run` can do; npm' },
  dependencies: { type: 'object', description: 'what has to lie in its `node_modules`; npm' },
  devDependencies: { type: 'object', description: 'what is needed to build and to test it; npm' },
}

/**
 * The manifest's schema for editors, draft-07: what they show beside a key (title, description, default), and
 * what they offer. It allows npm's own keys, as a manifest is a `package.json`.
 */
export function editorSchema(): object {
  const manifest = manifestSchema as unknown as Node
  const { properties, ...root } = shownTo(
    { ...manifest, properties: { ...manifest.properties, ...npmKeys } },
    [],
  )
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The manifest of a claimd plugin',
    description:
      'A package.json that says what the plugin brings, which adapters it is asked about and what it asks for.',
    ...root,
    properties,
  }
}

/** @param path the way to the value; `[]` stands for any entry of a list */
function shownTo({ description, default: usual, ...node }: Node, path: string[]): Node {
  const key = path.map((part, at) => (part === '[]' || at === 0 ? part : `.${part}`)).join('')
  const text = description && `${description[0]!.toUpperCase()}${description.slice(1)}.`
  return {
    ...(key === '' ? {} : { title: key }),
    // Editors that know no Markdown read the first, the others the second.
    ...(text ? { description: text.replaceAll('`', ''), markdownDescription: text } : {}),
    ...(usual === undefined ? {} : { default: usual }),
    ...node,
    ...(node.properties && {
      properties: mapValues(node.properties, (one, name) => shownTo(one, [...path, name])),
    }),
    ...(node.items && { items: shownTo(node.items, [...path, '[]']) }),
    ...(node.anyOf && { anyOf: node.anyOf.map((one) => shownTo(one, path)) }),
    // Editors know the schema of schemas, and complete that as well.
    ...(path.at(-1) === 'configuration' && { allOf: [{ $ref: 'http://json-schema.org/draft-07/schema#' }] }),
  }
}

function mapValues(
  record: Record<string, Node>,
  made: (value: Node, key: string) => Node,
): Record<string, Node> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, made(value, key)]))
}
