import Type, { type Static } from 'typebox'

const nullable = <Schema extends Type.TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const name = Type.String({
  pattern: '^[^/\\s]{1,15}$',
  description: 'the name of a link, 1 to 15 characters, no `/`, no space',
})
const linkLayerAddress = nullable(
  Type.String({ pattern: '^[0-9a-f]{2}(:[0-9a-f]{2})*$' }),
  'a link-layer address in lower case, such as `02:00:00:00:00:01`',
)
const id = nullable(Type.String({ pattern: '^[0-9a-f]{4}$' }), 'four hexadecimal digits in lower case')
const text = Type.Union([Type.String({ minLength: 1 }), Type.Null()])

const fields = {
  kind: Type.Optional(Type.String({ minLength: 1, description: 'such as `ethernet`, the default' })),
  driver: Type.Optional(text),
  address: Type.Optional(linkLayerAddress),
  permanentAddress: Type.Optional(linkLayerAddress),
  path: Type.Optional(text),
  vendor: Type.Optional(id),
  product: Type.Optional(id),
  peer: Type.Optional(text),
  up: Type.Optional(Type.Boolean({ description: 'whether it is set up; default: true' })),
  carrier: Type.Optional(Type.Boolean({ description: 'default: true while it is up' })),
  master: Type.Optional(nullable(Type.String({ minLength: 1 }), 'the name of a link')),
  managedBy: Type.Optional(text),
  addresses: Type.Optional(
    Type.Array(
      Type.String({ format: 'address-with-length', description: 'an address such as `10.0.0.1/24`' }),
      { description: 'addresses' },
    ),
  ),
}

/** A link as a script describes it; what it leaves out has a default. */
export const simulatedLinkSchema = Type.Object(
  {
    name,
    index: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 0x7fffffff,
        description: 'default: one not used before',
      }),
    ),
    ...fields,
  },
  { additionalProperties: false, description: '{ "name": …, … }' },
)
export type SimulatedLink = Static<typeof simulatedLinkSchema>

/** What of a link a script can change. */
export const simulatedFieldsSchema = Type.Object(fields, { additionalProperties: false })
export type SimulatedFields = Static<typeof simulatedFieldsSchema>

const step = Type.Object(
  {
    after: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 86_400_000,
        description: 'milliseconds since the step before; default: 0, together with it',
      }),
    ),
    add: Type.Optional(simulatedLinkSchema),
    change: Type.Optional(
      Type.Object({ name, ...fields }, { additionalProperties: false, description: '{ "name": …, … }' }),
    ),
    remove: Type.Optional(name),
    rename: Type.Optional(
      Type.Object(
        { from: name, to: name },
        { additionalProperties: false, description: '{ "from": …, "to": … }' },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: '{ "after": …, "add" | "change" | "remove" | "rename": … }',
  },
)
export type SimulationStep = Static<typeof step>

/** A script: the links that there are at the start, and what then happens to them. */
export const simulationSchema = Type.Object(
  {
    links: Type.Array(simulatedLinkSchema, { description: 'links' }),
    steps: Type.Optional(Type.Array(step, { description: 'steps' })),
    repeat: Type.Optional(
      Type.Boolean({ description: 'whether after the last step the first one follows; default: false' }),
    ),
  },
  { additionalProperties: false, description: '{ "links": […], "steps": […] }' },
)
export type Simulation = Static<typeof simulationSchema>
