import { clientErrorResults } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { errorResults } from '../../../host/core/errors.js'
import { suite } from '../../harness.js'

const test = suite('client/errors')

test("the client's errors are in the host's table, and mean the same there", () => {
  for (const [code, result] of Object.entries(clientErrorResults)) {
    assert.is(errorResults[code as keyof typeof clientErrorResults], result, code)
  }
})

test.run()
