import { readdirSync, readFileSync } from 'node:fs'

const F_SETFD = 2
const FD_CLOEXEC = 1
const O_CLOEXEC = 0o2000000
/** Standard input, output and errors, which every process is given anew. */
const standard = 2

/**
 * Keeps from plugins what this process has itself inherited: a shell or a service manager may have left
 * anything open. Node opens its own descriptors so that no child gets them.
 * @throws an `Error` when the C library cannot be reached
 */
export async function keepInheritedDescriptors(): Promise<void> {
  const inheritable = readdirSync('/proc/self/fd').map(Number).filter(isInheritable)
  // Loaded only where there is a need.
  if (inheritable.length === 0) return
  const { default: koffi } = await import('koffi')
  const fcntl = koffi.load('libc.so.6').func('int fcntl(int fd, int command, ...)')
  for (const descriptor of inheritable) fcntl(descriptor, F_SETFD, 'int', FD_CLOEXEC)
}

function isInheritable(descriptor: number): boolean {
  if (descriptor <= standard) return false
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))![1]!
    return (Number.parseInt(flags, 8) & O_CLOEXEC) === 0
  } catch {
    // It was the one that listed the others.
    return false
  }
}
