import Type, { type Static } from 'typebox'

/** A rule that an adapter must fit. All its keys must hold; `{}` fits every adapter. */
export const matchRuleSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'glob for the name, such as `wwan*`',
      }),
    ),
    address: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'glob for the link-layer address',
      }),
    ),
    path: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'glob for the place on the bus',
      }),
    ),
    driver: Type.Optional(Type.String({ minLength: 1, description: 'glob for the kernel driver' })),
    kind: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'the kind, such as `veth` or `ethernet`',
      }),
    ),
    vendor: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'the vendor id, four hexadecimal digits',
      }),
    ),
    product: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'the product id, four hexadecimal digits',
      }),
    ),
  },
  { additionalProperties: false },
)
export type MatchRule = Static<typeof matchRuleSchema>

const connectionTypeSchema = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]*$',
  maxLength: 63,
  description: 'lower-case letters, digits and . _ -, such as `lab`',
})

/** A provider that a plugin contributes. */
export const providerContributionSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      maxLength: 63,
      description: 'unique within the plugin; lower-case letters, digits and . _ -',
    }),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'for people; default: the id',
      }),
    ),
    band: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('likely'), Type.Literal('generic')], {
        description: 'how sure its answers are; default: likely',
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'within the band, higher first; default: 50',
      }),
    ),
    serial: Type.Optional(
      Type.Boolean({
        description: 'false lets its connections dial at the same time',
      }),
    ),
    match: Type.Optional(
      Type.Array(matchRuleSchema, {
        description: 'alternatives; without any it is never asked',
      }),
    ),
    manages: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'values of ID_NET_MANAGED_BY that mean this provider',
      }),
    ),
    connectionTypes: Type.Optional(
      Type.Array(connectionTypeSchema, {
        description: 'the types of configured connections that it serves',
      }),
    ),
    configuration: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "JSON Schema of a connection's `config`",
      }),
    ),
  },
  { additionalProperties: false },
)
export type ProviderContribution = Static<typeof providerContributionSchema>

/**
 * A plugin's `package.json`. npm's own keys may stand beside these and are not looked at;
 * within claimd's keys, what is not known is an error.
 */
export const manifestSchema = Type.Object({
  name: Type.String({
    pattern: '^(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$',
    maxLength: 214,
    description: 'an npm package name',
  }),
  version: Type.String({ minLength: 1, description: 'a semantic version' }),
  type: Type.Optional(Type.Union([Type.Literal('module'), Type.Literal('commonjs')])),
  main: Type.String({
    minLength: 1,
    description: 'the entry file, within the folder',
  }),
  engines: Type.Object({
    claimd: Type.String({
      minLength: 1,
      description: 'the range of host versions that it works with',
    }),
  }),
  activationEvents: Type.Optional(
    Type.Array(Type.Literal('onStartup'), {
      description: '`onStartup` starts it with the host',
    }),
  ),
  contributes: Type.Object(
    {
      providers: Type.Optional(Type.Array(providerContributionSchema)),
      syncHandlers: Type.Optional(Type.Array(Type.Unknown())),
    },
    { additionalProperties: false },
  ),
  permissions: Type.Optional(
    Type.Object(
      {
        links: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        exec: Type.Optional(Type.Array(Type.Unknown())),
        dbus: Type.Optional(Type.Array(Type.Unknown())),
        read: Type.Optional(Type.Array(Type.String())),
        network: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
  ),
})
export type Manifest = Static<typeof manifestSchema>
