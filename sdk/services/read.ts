import type { Disposable } from '../disposable.js'

/** What is known of a file or folder without looking into it. */
export interface FileStatus {
  /** In bytes; of what the kernel makes up, and of folders, it says nothing. */
  size: number
  /** When it was last written to, by the system's clock, in milliseconds since 1970. */
  modified: number
}

/**
 * Files of the machine that the manifest's `permissions.read` names and the operator has granted. The host reads
 * them, so they need not be readable for the plugin's user. Links are followed, and where they lead must be
 * granted as well. A pattern reaches /proc and /sys only when it begins with them. Some files no plugin reads,
 * whatever was granted: passwords, private keys, devices, what processes have in memory.
 *
 * Each method rejects with a {@link ContextError}: `NOT_ALLOWED`, `FILE_UNREADABLE`, `RESULT_TOO_LARGE`.
 *
 * @example
 * // "permissions": { "read": ["/var/lib/dhcp/*.leases"] }
 * const text = await context.read.file('/var/lib/dhcp/dhclient.leases')
 */
export interface ReadService {
  /** The text of a regular file of at most 1 MiB, as UTF-8. @param path absolute, without `.` and `..` */
  file(path: string): Promise<string>
  /** The same as bytes. */
  bytes(path: string): Promise<Uint8Array>
  /** The status of a file or folder that is granted itself. */
  stat(path: string): Promise<FileStatus>
  /**
   * The regular files that fit a pattern and are granted, by path, in code-point order. None where there is no
   * such folder; one that the host may not look into rejects with `FILE_UNREADABLE`.
   * @param glob absolute; `*` is anything within one name, `**` any depth. At most 1000 files may fit it.
   */
  list(glob: string): Promise<string[]>
  /**
   * Calls back once when it has begun, and then whenever a file that fits the pattern and is granted has come,
   * gone or changed: look at the files in `changed` alone, and nothing is missed. What happens within 50 ms is
   * one call. The folder need not be there yet. Where the kernel has no events of all changes (/proc, /sys, network
   * file systems, FUSE), the files are looked at every 5 s.
   * @throws {ContextError} REQUEST_MALFORMED
   * @returns the end of it. When the host refuses, that is written to the plugin's log and nothing is called.
   */
  watch(glob: string, changed: () => void): Disposable
}
