import type { Socket } from 'node:net'
import type { Who } from './who.js'

type GetSockOpt = (
  descriptor: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: number[],
) => number

const SOL_SOCKET = 1
const SO_PEERCRED = 17
/** `struct ucred`: pid, uid and gid, 32 bits each. */
const ucredBytes = 12
/** What the kernel gives for a peer that it does not know. */
const nobody = 0xffff_ffff

let getsockopt: Promise<GetSockOpt> | undefined

/**
 * Who is at the other end of a UNIX socket: the process that connected it, as it was at that moment.
 * @throws when that cannot be told.
 */
export async function peerCredentials(socket: Socket): Promise<Who> {
  getsockopt ??= load()
  const ask = await getsockopt
  const descriptor = (socket as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
  if (descriptor < 0) throw new Error('the socket is closed')
  const ucred = Buffer.alloc(ucredBytes)
  const length = [ucredBytes]
  if (ask(descriptor, SOL_SOCKET, SO_PEERCRED, ucred, length) !== 0) throw new Error('getsockopt failed')
  // Another length means that this option has another number on this processor.
  if (length[0] !== ucredBytes) throw new Error(`SO_PEERCRED has ${length[0]} bytes, not ${ucredBytes}`)
  const who = { pid: ucred.readInt32LE(0), uid: ucred.readUInt32LE(4), gid: ucred.readUInt32LE(8) }
  if (who.uid === nobody) throw new Error('the kernel does not know the peer')
  return who
}

async function load(): Promise<GetSockOpt> {
  const { default: koffi } = await import('koffi')
  return koffi
    .load(null)
    .func(
      'int getsockopt(int descriptor, int level, int option, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
    ) as unknown as GetSockOpt
}
