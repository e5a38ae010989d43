/**
 * The protocol library without its Node half: that brings streams, pipes and cryptography along, of which a
 * plugin's process needs nothing, and which would cost it 11 ms of its start and 1.7 MB.
 */
import { RAL } from 'vscode-jsonrpc'

// Clocks are all it asks for as long as reader and writer are our own.
const needed: Pick<RAL, 'console' | 'timer'> = {
  console,
  timer: {
    setTimeout: (callback, ms, ...args) => disposable(clearTimeout, setTimeout(callback, ms, ...args)),
    setImmediate: (callback, ...args) => disposable(clearImmediate, setImmediate(callback, ...args)),
    setInterval: (callback, ms, ...args) => disposable(clearInterval, setInterval(callback, ms, ...args)),
  },
}

function disposable<T>(clear: (handle: T) => void, handle: T) {
  return { dispose: () => clear(handle) }
}

RAL.install(needed as RAL)

export { createMessageConnection, type Message, ResponseError } from 'vscode-jsonrpc'
