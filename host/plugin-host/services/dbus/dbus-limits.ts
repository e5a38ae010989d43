/**
 * The system bus: how long a connection and a call may take, and how soon a lost one is made again, in milliseconds;
 * signals that may wait for a plugin, and the longest one, in characters of JSON.
 */
export const dbusLimits = {
  connectMs: 5000,
  callMs: 25_000,
  reconnectMs: { first: 500, most: 30_000 },
  waitingSignals: 64,
  signalLength: 256 * 1024,
}
