import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'

/**
 * The system calls that Node does not offer. Descriptors are made close-on-exec by whoever asks for them;
 * reading and writing whole buffers and closing are `node:fs`'s.
 */
export interface SystemCalls {
  socket(family: number, type: number, protocol: number): number
  bind(descriptor: number, address: Buffer): void
  setOption(descriptor: number, level: number, name: number, value: Buffer): void
  /** @param size of the number, in bytes */
  getNumberOption(descriptor: number, level: number, name: number, size: 4 | 8): bigint
  /**
   * Reads one datagram.
   * @param sender is filled with the sender's address
   * @returns the datagram's length, even if `into` was too small; or, negative, the number of the error
   */
  receive(descriptor: number, into: Buffer, sender: Buffer): number
  /** @returns whether the kernel did it */
  ioctl(descriptor: number, request: number, argument: Buffer): boolean
  /** Makes a counter that other descriptors can be waited for together with. */
  eventDescriptor(): number
  /** Waits on a pool thread until a descriptor of `set`, an array of `struct pollfd`, is ready. */
  poll(set: Buffer, ready: () => void): void
  addressOf(buffer: Buffer): bigint
}

const MSG_TRUNC = 0x20
const EFD_CLOEXEC = 0o2000000
const EFD_NONBLOCK = 0o4000
const pollEntrySize = 8

const require = createRequire(import.meta.url)
let loaded: SystemCalls | undefined

/** Loads the C library, when it is needed for the first time: commands that ask the daemon do not need it. */
export function systemCalls(): SystemCalls {
  loaded ??= load()
  return loaded
}

function load(): SystemCalls {
  const koffi: typeof import('koffi') = require('koffi')
  const libc = koffi.load('libc.so.6')
  const socket = libc.func('int socket(int family, int type, int protocol)')
  const bind = libc.func('int bind(int fd, const void *address, unsigned int length)')
  const setsockopt = libc.func(
    'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
  )
  const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)')
  const recvfrom = libc.func(
    'long recvfrom(int fd, void *into, size_t length, int flags, void *address, void *addressLength)',
  )
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)')
  const eventfd = libc.func('int eventfd(unsigned int initial, int flags)')
  const poll = libc.func('int poll(void *set, unsigned long count, int timeout)')

  const checked = (call: string, result: number): number => {
    if (result !== -1) return result
    const code = getSystemErrorName(-koffi.errno())
    throw Object.assign(new Error(`${call}: ${code}`), { code, syscall: call })
  }

  const length = Buffer.alloc(4)
  return {
    socket: (family, type, protocol) => checked('socket', socket(family, type, protocol)),
    bind: (descriptor, address) => {
      checked('bind', bind(descriptor, address, address.length))
    },
    setOption: (descriptor, level, name, value) => {
      checked('setsockopt', setsockopt(descriptor, level, name, value, value.length))
    },
    getNumberOption: (descriptor, level, name, size) => {
      const value = Buffer.alloc(size)
      length.writeUInt32LE(size)
      checked('getsockopt', getsockopt(descriptor, level, name, value, length))
      return size === 8 ? value.readBigUInt64LE() : BigInt(value.readUInt32LE())
    },
    receive: (descriptor, into, sender) => {
      length.writeUInt32LE(sender.length)
      const received = recvfrom(descriptor, into, into.length, MSG_TRUNC, sender, length)
      return received === -1 ? -koffi.errno() : received
    },
    ioctl: (descriptor, request, argument) => ioctl(descriptor, request, argument) !== -1,
    eventDescriptor: () => checked('eventfd', eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
    // A failure can only be an interruption; whoever waits then looks and waits again.
    poll: (set, ready) => poll.async(set, set.length / pollEntrySize, -1, () => ready()),
    addressOf: (buffer) => koffi.address(buffer),
  }
}
