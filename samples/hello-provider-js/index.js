// The smallest useful provider in plain JavaScript: this file and package.json are all there is to it.
// With the comment below, an editor that has @claimd/sdk at hand checks the types all the same.

/** @param {import('@claimd/sdk').PluginContext} context */
export function activate(context) {
  // 'hello' is the id from contributes.providers in package.json.
  context.providers.register('hello', {
    // Is this adapter yours? A provider without `verify` is asked this again, and the same name is a yes.
    claimConnection: ({ adapter }) =>
      adapter.up && adapter.name.startsWith('hi')
        ? { result: 'SUCCESS', connection: adapter.name, volatile: true, evidence: 'it says hi' }
        : { result: 'INVALID_CONNECTION', reason: `${adapter.name} is down, or not called hi…` },
  })
}
