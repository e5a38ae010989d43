import { statfs } from 'node:fs/promises'

/** File systems whose files another machine, a server process or the kernel itself changes: see statfs(2). */
const silent = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'kafs'],
  [0x73757245, 'coda'],
  [0x0bd00bd0, 'lustre'],
  [0x01161970, 'gfs2'],
  [0x7461636f, 'ocfs2'],
  [0x47504653, 'gpfs'],
  [0x19830326, 'fhgfs'],
  [0x786f4256, 'vboxsf'],
  [0xbacbacbc, 'vmhgfs'],
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x64626720, 'debugfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
])

/** Whether the kernel may say nothing of a change in this folder. What cannot be looked at may be anything. */
export async function isSilent(folder: string): Promise<boolean> {
  try {
    // The number is signed on some machines.
    return silent.has((await statfs(folder)).type >>> 0)
  } catch {
    return true
  }
}
