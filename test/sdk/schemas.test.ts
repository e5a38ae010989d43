import type { DBusRule, ExecRule, Manifest, MatchRule, Permissions, ProviderContribution } from '@claimd/sdk'
import type {
  dbusRuleSchema,
  execRuleSchema,
  manifestSchema,
  matchRuleSchema,
  permissionsSchema,
  providerContributionSchema,
} from '@claimd/sdk/manifest'
import type { LogParams, logSchema, ReportParams, reportSchema } from '@claimd/sdk/wire'
import type { Static, TSchema } from 'typebox'
import { suite } from '../harness.js'

const test = suite('sdk/schemas')

/** Spelt out to its leaves, so that an interface and a computed type can be compared. */
type Spelt<T> = T extends object ? { [Key in keyof T]: Spelt<T[Key]> } : T
/** Of two functions that are generic over a condition, one fits the other only if the conditions are the same. */
type Test<T> = <X>() => X extends Spelt<T> ? 1 : 2

/** Compiles only when the type is what the schema says: the same keys, and the same of them optional. */
function same<Type, Schema extends TSchema>(
  ..._differ: Test<Type> extends Test<Static<Schema>> ? [] : [never]
): void {}

test('the types of the contract are those of its schemas: this file compiles', () => {
  same<MatchRule, typeof matchRuleSchema>()
  same<ProviderContribution, typeof providerContributionSchema>()
  same<Manifest, typeof manifestSchema>()
  same<ExecRule, typeof execRuleSchema>()
  same<DBusRule, typeof dbusRuleSchema>()
  same<Permissions, typeof permissionsSchema>()
  same<ReportParams, typeof reportSchema>()
  same<LogParams, typeof logSchema>()
  // @ts-expect-error: without the schema's id
  same<Omit<ProviderContribution, 'id'>, typeof providerContributionSchema>()
  // @ts-expect-error: an optional key that has to be there
  same<Required<MatchRule>, typeof matchRuleSchema>()
})

test.run()
