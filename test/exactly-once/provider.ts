/**
 * The body of a provider whose connect sets the link up, with an address and a route, and blocks; what it does is in the file
 * `orders` of its data folder, by connection. It writes down when each act begins and ends, with its fence.
 */
export const provider = `
    ...(() => {
      const orderOf = async (connection, fence) => {
        const { readFileSync } = await import('node:fs')
        const orders = JSON.parse(readFileSync(calls.replace(/calls$/, 'orders'), 'utf8'))[connection]
        return orders[fence % orders.length]
      }
      const sleep = (ms, signal) => new Promise((done, fail) => {
        const timer = setTimeout(done, ms)
        const abort = () => {
          clearTimeout(timer)
          fail(new Error('it is not wanted any more'))
        }
        if (signal?.aborted) abort()
        else signal?.addEventListener('abort', abort, { once: true })
      })
      return {
        resources({ adapters, config }) {
          const adapter = adapters.find(({ name }) => name === config.link)
          return adapter
            ? { result: 'SUCCESS', adapters: [adapter.id] }
            : { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter', reason: config.link + ' is not free' }
        },
        async connect({ connection, config, adapter, fence, signal }) {
          const order = await orderOf(connection, fence)
          note('connect-begin ' + fence + ' ' + connection)
          const { links } = context
          const block = (ms) => sleep(ms, order.connect === 'stubborn' ? null : signal)
          try {
            await links.up(adapter.id, fence)
            await block(order.blocks[0])
            for (const address of config.addresses) await links.addAddress(adapter.id, fence, address)
            if (order.mtu !== null) await links.setMtu(adapter.id, fence, order.mtu)
            await block(order.blocks[1])
            for (const route of config.routes) await links.addRoute(adapter.id, fence, route)
            await block(order.blocks[2])
            if (order.connect === 'throws') throw new Error('as it was told')
            if (order.connect === 'fails') return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-answer' }
            return { result: 'SUCCESS', evidence: 'fence ' + fence }
          } finally {
            note('connect-end ' + fence + ' ' + connection)
          }
        },
        async disconnect({ connection, fence }) {
          const order = await orderOf(connection, fence)
          note('disconnect-begin ' + fence + ' ' + connection)
          try {
            await sleep(order.disconnectMs, null)
            if (order.disconnect === 'throws') throw new Error('as it was told')
            return { result: order.disconnect === 'fails' ? 'UNEXPECTED' : 'SUCCESS' }
          } finally {
            note('disconnect-end ' + fence + ' ' + connection)
          }
        },
        status({ adapter, config }) {
          const isUp = adapter !== null && config.addresses.slice(0, 1).every((one) => adapter.addresses.includes(one))
          return { result: 'SUCCESS', state: isUp ? 'connected' : 'disconnected' }
        },
        claimConnection: () => ({ result: 'INVALID_CONNECTION', reason: 'it claims nothing' }),
        verify: () => ({ result: 'INVALID_CONNECTION', reason: 'it claims nothing' }),
      }
    })()`
