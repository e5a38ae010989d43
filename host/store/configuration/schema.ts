import { matchRuleSchema } from '@claimd/sdk/manifest'
import Type, { type Static } from 'typebox'

/** How much claimd does by itself for a connection. */
const behaviourSchema = Type.Enum(
  ['default', 'always-connected', 'on-demand', 'on-demand-when-roaming', 'per-policy'],
  { description: 'when it is connected; default: default, the choice of its provider' },
)

const connectionSchema = Type.Object(
  {
    type: Type.String({
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      maxLength: 63,
      description: 'a connection type of a provider, lower-case letters, digits and . _ -, such as `lab`',
    }),
    config: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'what its provider needs to know' }),
    ),
    behaviour: Type.Optional(behaviourSchema),
  },
  { additionalProperties: false },
)

/** The configuration file as the operator writes it. */
export const configurationSchema = Type.Object(
  {
    connections: Type.Optional(
      // Not a record: its pattern for names, `.*`, lets those with a line break pass unchecked.
      Type.Object({}, { additionalProperties: connectionSchema, description: 'connections by their names' }),
    ),
    offers: Type.Optional(
      Type.Object(
        {
          order: Type.Optional(
            Type.Array(
              Type.String({
                pattern: '^(?:@[^/\\s]+/)?[^/@\\s]+/[^/\\s]+$',
                description: 'the full id of a provider, such as `@acme/claimd-lab/lab`',
              }),
              { description: 'the providers that are asked first, in this order' },
            ),
          ),
          ignore: Type.Optional(
            Type.Array(matchRuleSchema, { description: 'match rules of adapters that are never offered' }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    plugins: Type.Optional(
      Type.Object(
        {
          disabled: Type.Optional(
            Type.Array(Type.String({ minLength: 1, description: 'the name of a plugin' }), {
              description: 'plugins that are not started and not asked',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

export type ConnectionEntry = Static<typeof connectionSchema>
export type Behaviour = Static<typeof behaviourSchema>

export interface ConfigurationFile extends Omit<Static<typeof configurationSchema>, 'connections'> {
  connections?: Record<string, ConnectionEntry>
}
