import { connectionNameFault, connectionNameForm } from '../../connection-name.js'
import { type Case, fail, pass, skip } from '../case.js'
import { nothingClaimed } from '../claiming.js'

export const connectionName: Case = {
  id: 'connection-name',
  rule: 'A claim names a connection whose name is allowed.',
  level: 'must',
  async run(bench) {
    const { adapters } = await bench.survey()
    const names = new Set(adapters.flatMap(({ offered }) => offered.claim?.connection ?? []))
    for (const name of names) {
      const fault = connectionNameFault(name)
      if (fault === null) continue
      return fail(
        `${JSON.stringify(name)}, which ${fault}`,
        connectionNameForm,
        'Use the name that the offer suggests (offer.connection), which is allowed and free',
      )
    }
    return names.size > 0 ? pass([...names].join(', ')) : skip(nothingClaimed)
  },
}
